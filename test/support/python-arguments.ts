import { spawnSync } from 'node:child_process'
import { pythonVtep } from './installation.js'

/** What the Python ovs-vtep understands of a command line. */
export type PythonInvocation =
  | {
      readonly kind: 'run'
      readonly name: string
      readonly detach: boolean
      readonly chdir: boolean
      readonly monitor: boolean
      readonly overwritePidfile: boolean
      /** null: none; '': the default one. */
      readonly pidfile: string | null
      readonly logFile: string | null
      readonly verbose: readonly string[]
      /** What its log module says of the first spec that it refuses. */
      readonly refused: string | null
    }
  | { readonly kind: 'show' }
  | { readonly kind: 'refuse' }

/** Reads lines of JSON, each a list of words, with the parser that the program itself makes, which it then does not run. */
const driver = `
import argparse, contextlib, importlib.machinery, importlib.util, io, json, sys
class Made(Exception): pass
parse = argparse.ArgumentParser.parse_args
def made(self, *rest):
    raise Made(self)
loader = importlib.machinery.SourceFileLoader("vtep", sys.argv[1])
spec = importlib.util.spec_from_loader("vtep", loader)
vtep = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
loader.exec_module(vtep)
argparse.ArgumentParser.parse_args = made
try:
    vtep.main()
except Made as e:
    parser = e.args[0]
import ovs.daemon, ovs.vlog
ovs.vlog.Vlog.add_syslog_handler = staticmethod(lambda facility=None: None)
default = ovs.daemon.make_pidfile_name(None)
def understood(words):
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            args = parse(parser, words)
    except SystemExit as e:
        return {"kind": "show" if e.code == 0 else "refuse"}
    verbose = args.verbose
    if verbose is None:
        verbose = []
    elif verbose == []:
        verbose = ["any:any:dbg"]
    refused = None
    for one in verbose:
        refused = refused or ovs.vlog.Vlog.set_levels_from_string(one)
    file = lambda given, usual: "" if given == usual else given or None
    return {"kind": "run", "name": args.ps_name, "detach": args.detach, "chdir": not args.no_chdir,
            "monitor": args.monitor, "overwritePidfile": args.overwrite_pidfile,
            "pidfile": file(args.pidfile, default), "logFile": file(args.log_file, "default"),
            "verbose": verbose, "refused": refused}
for line in sys.stdin:
    print(json.dumps(understood(json.loads(line))))
`

/** What the installed Python ovs-vtep understands of each of `lines`, in one process. */
export function understoodByPython(lines: readonly (readonly string[])[]): readonly PythonInvocation[] {
  const [python, script] = pythonVtep
  const { status, stdout, stderr } = spawnSync(python, ['-c', driver, script], {
    input: lines.map((words) => `${JSON.stringify(words)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PythonInvocation)
}
