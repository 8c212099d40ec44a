/** A command line and what it is for. */
export type Example = readonly [command: string, purpose: string]

/** The end of a program's help. */
export function explainedExamples(examples: readonly Example[]): string {
  return [
    '',
    'Examples:',
    ...examples.flatMap(([command, purpose]) => [`  # ${purpose}`, `  ${command}`]),
  ].join('\n')
}
