/**
 * The events of a v2 trace as they stand in the file: what each is called, what its arguments are, since when it
 * exists. For people who look at wire bytes (the text form, tests); the hot loop of `v2/` has the same facts built in.
 *
 *   event   one byte of type, then one unsigned LEB128 number per argument
 *   stack   after the arguments come `nframes` groups of four numbers: pc, func, file, line
 *   data    after the arguments come a length and that many bytes
 *
 * Names of arguments follow Go: a suffix behind "_" (or a name that is one: g, m, p, task, stack) says what kind it is.
 * Facts: `internal/trace/tracev2/events.go` and `internal/trace/version/version.go`.
 */

/** The number of each event on the wire. */
export const EventType = {
  EventBatch: 1,
  Stacks: 2,
  Stack: 3,
  Strings: 4,
  String: 5,
  CPUSamples: 6,
  CPUSample: 7,
  Frequency: 8,
  ProcsChange: 9,
  ProcStart: 10,
  ProcStop: 11,
  ProcSteal: 12,
  ProcStatus: 13,
  GoCreate: 14,
  GoCreateSyscall: 15,
  GoStart: 16,
  GoDestroy: 17,
  GoDestroySyscall: 18,
  GoStop: 19,
  GoBlock: 20,
  GoUnblock: 21,
  GoSyscallBegin: 22,
  GoSyscallEnd: 23,
  GoSyscallEndBlocked: 24,
  GoStatus: 25,
  STWBegin: 26,
  STWEnd: 27,
  GCActive: 28,
  GCBegin: 29,
  GCEnd: 30,
  GCSweepActive: 31,
  GCSweepBegin: 32,
  GCSweepEnd: 33,
  GCMarkAssistActive: 34,
  GCMarkAssistBegin: 35,
  GCMarkAssistEnd: 36,
  HeapAlloc: 37,
  HeapGoal: 38,
  GoLabel: 39,
  UserTaskBegin: 40,
  UserTaskEnd: 41,
  UserRegionBegin: 42,
  UserRegionEnd: 43,
  UserLog: 44,
  GoSwitch: 45,
  GoSwitchDestroy: 46,
  GoCreateBlocked: 47,
  GoStatusStack: 48,
  ExperimentalBatch: 49,
  Sync: 50,
  ClockSnapshot: 51,
  EndOfGeneration: 52,
  // Experimental ones begin behind 127.
  Span: 128,
  SpanAlloc: 129,
  SpanFree: 130,
  HeapObject: 131,
  HeapObjectAlloc: 132,
  HeapObjectFree: 133,
  GoroutineStack: 134,
  GoroutineStackAlloc: 135,
  GoroutineStackFree: 136,
} as const
export type EventName = keyof typeof EventType

export type EventSpec = {
  readonly type: number
  readonly name: EventName
  readonly args: readonly string[]
  /** Which arguments are stack ids; the first is the stack of whoever does it. */
  readonly stackArgs: readonly number[]
  /** Which arguments are string ids. */
  readonly stringArgs: readonly number[]
  /** Stands in the batch of a thread; its first argument is the time since the event before it. */
  readonly timed: boolean
  /** A length and bytes follow the arguments. */
  readonly hasData: boolean
  /** Frames follow the arguments. */
  readonly isStack: boolean
  /** Part of which experiment. */
  readonly experiment: 'AllocFree' | undefined
  /** The first version of the format that has it. */
  readonly since: number
}

/** Structural events: arguments as they stand on the wire. */
const STRUCTURAL: Partial<Record<EventName, string>> = {
  EventBatch: 'gen m time size',
  Stacks: '',
  Stack: 'id nframes',
  Strings: '',
  String: 'id',
  CPUSamples: '',
  CPUSample: 'time m p g stack',
  Frequency: 'freq',
  ExperimentalBatch: 'exp gen m time',
  Sync: '',
  EndOfGeneration: '',
}

/** Timed events: arguments behind the `dt` that each of them begins with. */
const TIMED: Partial<Record<EventName, string>> = {
  ProcsChange: 'procs_value stack',
  ProcStart: 'p p_seq',
  ProcStop: '',
  ProcSteal: 'p p_seq m',
  ProcStatus: 'p pstatus',
  GoCreate: 'new_g new_stack stack',
  GoCreateSyscall: 'new_g',
  GoStart: 'g g_seq',
  GoDestroy: '',
  GoDestroySyscall: '',
  GoStop: 'reason_string stack',
  GoBlock: 'reason_string stack',
  GoUnblock: 'g g_seq stack',
  GoSyscallBegin: 'p_seq stack',
  GoSyscallEnd: '',
  GoSyscallEndBlocked: '',
  GoStatus: 'g m gstatus',
  STWBegin: 'kind_string stack',
  STWEnd: '',
  GCActive: 'gc_seq',
  GCBegin: 'gc_seq stack',
  GCEnd: 'gc_seq',
  GCSweepActive: 'p',
  GCSweepBegin: 'stack',
  GCSweepEnd: 'swept_value reclaimed_value',
  GCMarkAssistActive: 'g',
  GCMarkAssistBegin: 'stack',
  GCMarkAssistEnd: '',
  HeapAlloc: 'heapalloc_value',
  HeapGoal: 'heapgoal_value',
  GoLabel: 'label_string',
  UserTaskBegin: 'task parent_task name_string stack',
  UserTaskEnd: 'task stack',
  UserRegionBegin: 'task name_string stack',
  UserRegionEnd: 'task name_string stack',
  UserLog: 'task key_string value_string stack',
  GoSwitch: 'g g_seq',
  GoSwitchDestroy: 'g g_seq',
  GoCreateBlocked: 'new_g new_stack stack',
  GoStatusStack: 'g m gstatus stack',
  ClockSnapshot: 'mono sec nsec',
  Span: 'id npages_value kindclass',
  SpanAlloc: 'id npages_value kindclass',
  SpanFree: 'id',
  HeapObject: 'id type',
  HeapObjectAlloc: 'id type',
  HeapObjectFree: 'id',
  GoroutineStack: 'id order',
  GoroutineStackAlloc: 'id order',
  GoroutineStackFree: 'id',
}

/** By wire number; holes where no event has it. */
export const EVENT_SPECS: readonly (EventSpec | undefined)[] = specs()
/** What a text may call an event. */
export const EVENT_NAMES = Object.keys(EventType) as readonly EventName[]

/** The spec of a wire number in a format version; undefined where that version has none. */
export function specOf(type: number, version: number): EventSpec | undefined {
  const spec = EVENT_SPECS[type]
  return spec && spec.since <= version ? spec : undefined
}

function specs(): (EventSpec | undefined)[] {
  const table: (EventSpec | undefined)[] = new Array(256).fill(undefined)
  for (const [name, type] of Object.entries(EventType) as [EventName, number][]) table[type] = spec(name, type)
  return table
}

function spec(name: EventName, type: number): EventSpec {
  const timedArgs = TIMED[name]
  const timed = timedArgs !== undefined
  const args = `${timed ? 'dt ' : ''}${timedArgs ?? STRUCTURAL[name] ?? ''}`.split(' ').filter(arg => arg !== '')
  const named = (suffix: RegExp) => args.flatMap((arg, i) => (suffix.test(arg) ? [i] : []))
  return {
    type,
    name,
    args,
    stackArgs: named(/^(.*_)?stack$/).reverse(),
    stringArgs: named(/_string$/),
    timed,
    hasData: name === 'String' || name === 'ExperimentalBatch',
    isStack: name === 'Stack',
    experiment: type > 127 ? 'AllocFree' : undefined,
    since: since(type),
  }
}

/** Each version's list is a longer prefix of the same one; experiments came with Go 1.23. */
function since(type: number): number {
  if (type <= EventType.UserLog) return 22
  if (type <= EventType.ExperimentalBatch || type > 127) return 23
  return type <= EventType.ClockSnapshot ? 25 : 26
}
