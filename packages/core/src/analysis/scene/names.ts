/**
 * What the name of a Go function says: its package, its receiver's type, whether it belongs to the runtime, to the
 * standard library or to the program itself. Facts about how the linker spells names; no guess about what code does.
 */

/** Package path: all before the first dot after the last slash ("google.golang.org/grpc.(*Server).Serve"). */
export function packageOf(functionName: string): string {
  // Type arguments may hold slashes and dots of their own.
  const bracket = functionName.indexOf('[')
  const name = bracket < 0 ? functionName : functionName.slice(0, bracket)
  const dot = name.indexOf('.', name.lastIndexOf('/') + 1)
  return dot < 0 ? name : name.slice(0, dot)
}

/** The type whose method this is, with its package ("main.server"); '' for a plain function. */
export function receiverOf(functionName: string): string {
  const pkg = packageOf(functionName)
  const rest = functionName.slice(pkg.length + 1)
  // A closure of a method that was inlined is called after the function that it was inlined into: "main.run.(*T).close.1".
  const pointer = /^(?:[\w.·-]*\.)?\(\*([^)[]+)/.exec(rest)
  if (pointer) return `${pkg}.${pointer[1]}`
  // "T.Method", but "main.func1" and "Outer.func1" are closures of plain functions.
  const value = /^([A-Za-z_]\w*)(?:\[[^\]]*\])?\.([A-Za-z_]\w*)/.exec(rest)
  return value && !CLOSURE_PART.test(value[2]) ? `${pkg}.${value[1]}` : ''
}

const CLOSURE_PART = /^(func|gowrap|deferwrap)\d+$/

/** Is this a closure, or a wrapper that the compiler made? */
export function isClosure(functionName: string): boolean {
  return CLOSURE_TAIL.test(functionName)
}

/** A closure that the compiler made for a `go` or `defer` statement with arguments. */
export function isWrapper(functionName: string): boolean {
  return /\.(go|defer)wrap\d+$/.test(functionName)
}

/** The functions that a closure is written in, from the inside out: "main.main.func1", "main.main" of "main.main.func1.2". */
export function outerFunctions(name: string): string[] {
  const outer: string[] = []
  let current = name
  for (;;) {
    const next = current.replace(CLOSURE_TAIL, '')
    if (next === current) return outer
    outer.push(next)
    current = next
  }
}
const CLOSURE_TAIL = /(\.func\d+|\.\d+|\.(go|defer)wrap\d+|-range\d+|-fm)$/

/** Frames that stand between a goroutine and the place in a program where it waits: runtime, sync, internal. */
export function isPlumbing(functionName: string): boolean {
  // time.Sleep is declared in the runtime (runtime/time.go), and so is panic, which stacks show without its package.
  if (functionName === 'time.Sleep' || functionName === 'panic') return true
  const pkg = packageOf(functionName)
  return /^(runtime|sync|internal)(\/|$)/.test(pkg) || pkg === '_cgo_gotypes' || functionName.startsWith('_rt0_')
}

// The first elements of the import paths in Go's own src folder. A module may not use them without a dot.
const STANDARD = new Set(
  (
    'archive bufio builtin bytes cmp compress container context crypto database debug embed encoding errors expvar flag fmt go ' +
    'hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices sort ' +
    'strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak cmd'
  ).split(' '),
)

export function isStandard(functionName: string): boolean {
  if (functionName === 'panic') return true
  const pkg = packageOf(functionName)
  const slash = pkg.indexOf('/')
  return STANDARD.has(slash < 0 ? pkg : pkg.slice(0, slash))
}

/** A file of a module that the program only uses: "…/grpc@v1.64.0/server.go" or below a vendor folder. */
export function isDependencyFile(file: string): boolean {
  return /@v\d|[\\/]vendor[\\/]|^vendor[\\/]/.test(file)
}

/** The function with its package's last element only: "grpc.(*Server).Serve". */
export function shortName(functionName: string): string {
  return functionName.slice(packageOf(functionName).lastIndexOf('/') + 1)
}

/** The last two elements of a path: "server/main.go". */
export function shortFile(file: string): string {
  return file.split(/[\\/]/).slice(-2).join('/')
}
