/** The zone that times are shown in, at that time of the year: `UTC`, `UTC+02:00`. */
export function zoneText(atMs: number): string {
  const minutes = -new Date(atMs).getTimezoneOffset()
  if (minutes === 0) return 'UTC'
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const two = (number: number): string => String(number).padStart(2, '0')
  return `UTC${minutes < 0 ? '−' : '+'}${two(hours)}:${two(rest)}`
}
