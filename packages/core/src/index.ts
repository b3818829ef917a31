/** The public doors of `@unhang/core`. */
export { type Census, censusOf, type WaitingGroup, type WaitingRole } from './analysis/census.ts'
export {
  assembled,
  type DiagnoseOptions,
  type DiagnoseStep,
  diagnose,
  diagnosing,
  inputsOf,
} from './analysis/diagnose.ts'
export * from './analysis/diagnosis.ts'
export { type Moment, momentOf } from './analysis/scene/moment.ts'
export { type DiagnoseInput, type Process, processesOf, type Role } from './analysis/scene/processes.ts'
export * as words from './analysis/scene/words.ts'
export { type Health, healthOf, holderOf, titleOf } from './analysis/sentences.ts'
export { type FunctionTotal, type Summary, summarize, type Total } from './analysis/summary.ts'
export { type AlikeProblems, alikeProblems } from './base/alike.ts'
export { FormatError, type Problem } from './base/errors.ts'
export { type Gunzipped, gunzip, isGzip } from './base/gunzip.ts'
export { editDistance } from './base/near.ts'
export { compilePattern, type Pattern, PatternError } from './base/pattern/pattern.ts'
export { printable } from './base/printable.ts'
export { fromSevens, sevensSize, toSevens } from './base/sevens.ts'
export type { InTurns } from './base/turns.ts'
export { formatBytes, formatCount, formatNs } from './base/units.ts'
export { type DumpDiff, diffSnapshots, idsByKind, type Kind } from './dump/diff.ts'
export {
  type DiffGroup,
  type DiffMoves,
  type DiffSide,
  DUMP_DIFF_SCHEMA,
  type DumpDiffReport,
  diffGroups,
  diffMoves,
  diffSummary,
  dumpDiff,
  type NamedDumps,
  selectPlaces,
  shownOf,
} from './dump/diff-report.ts'
export { type DumpGroup, type Grouping, groupDump, groupRows, idsOf } from './dump/group.ts'
export { DEFAULT_LIKENESS, LIKENESSES, type Likeness } from './dump/likeness.ts'
export { readDump, readDumps } from './dump/read.ts'
export {
  DUMP_SCHEMA,
  type DumpReport,
  dumpReport,
  FrameWriter,
  type ReportFrame,
  type ReportGroup,
  type ReportOptions,
  reportGroups,
} from './dump/report.ts'
export { type DumpFilter, type DumpState, type Selected, selectGroups, stateOf } from './dump/select.ts'
export { isPlumbing, SiteFinder } from './dump/site.ts'
export { type GroupList, listGroups, type Snapshot, snapshotOf } from './dump/snapshot.ts'
export type { Dump, DumpForm, DumpRows } from './dump/tables.ts'
export { ACCEPTED, INSTEAD, type InputKind, identify } from './identify.ts'
export { type Capture, dumpsOf, openCapture, splitCapture } from './open.ts'
export {
  DIFF_SCHEMA,
  type DiffSource,
  type FunctionChange,
  type Presence,
  type SpentSide,
  type TraceDiff,
  type TraceSide,
  traceDiff,
  type WaitChange,
  type WaitSide,
} from './spent/diff/diff.ts'
export { diffScopes } from './spent/diff/scopes.ts'
export { entriesOf, isSystemEntry } from './spent/entries.ts'
export type { SpentColumns } from './spent/functions/columns.ts'
export {
  BUCKET_NS,
  bucketOf,
  type FoundStays,
  findStays,
  HISTOGRAMS,
  type Histogram,
  type HistogramName,
  lifeHistogram,
  quantileNs,
  type StayAsk,
  stayHistograms,
} from './spent/functions/histograms.ts'
export {
  codeOfReason,
  FIRST_WAIT,
  STAY_KINDS,
  StayCode,
  type StayKind,
  WAIT_KINDS,
  type WaitKind,
} from './spent/functions/kinds.ts'
export { livesOf, WHOLE_COLUMN } from './spent/functions/lives.ts'
export {
  columnOf,
  FUNCTION_SORTS,
  type FunctionSort,
  functionsNamed,
  GOROUTINE_SORTS,
  type GoroutineSort,
  isDescending,
  orderFunctions,
  orderGoroutines,
  SPENT_COLUMNS,
  type SpentColumn,
} from './spent/functions/order.ts'
export { type ReasonSums, reasonSums, waitsByReason, waitsOfGoroutine } from './spent/functions/reasons.ts'
export * from './spent/functions/report.ts'
export { type SpentFunctions, type SpentGoroutines, spentFunctions, spentGoroutines } from './spent/functions/tables.ts'
export { DEFAULT_MMU, MMU_WORK, type MmuChoice, type MmuWork } from './spent/mmu/choice.ts'
export { SAMPLED_WINDOWS } from './spent/mmu/distribution.ts'
export {
  type GcWork,
  gcWorkIn,
  MMU_SHARE_NAMES,
  MMU_SHARES,
  type Mmu,
  type MmuCurve,
  mmuCurve,
  mmuIn,
  mmuOf,
  mmuWindows,
  usualWindows,
} from './spent/mmu/mmu.ts'
export {
  fittingWindow,
  MMU_SCHEMA,
  type MmuPoint,
  type MmuReport,
  type MmuWorst,
  mmuReport,
} from './spent/mmu/report.ts'
export { minimumOf, type WorstWindow, worstWindows } from './spent/mmu/windows.ts'
export { foldedText, NO_NAME, NO_STACK, speedscopeText } from './spent/profile/files.ts'
export { type Flame, type FlameAsk, layoutFlame, type Marks, markFunctions } from './spent/profile/flame.ts'
export { type Focus, focused } from './spent/profile/focus.ts'
export { type CallGraph, callGraph, type GraphOptions } from './spent/profile/graph.ts'
export { type GraphPicture, graphPicture, heatOf, shareText, weightText } from './spent/profile/picture.ts'
export { pprofBytes } from './spent/profile/pprof.ts'
export {
  collectProfile,
  PROFILE_KINDS,
  type Profile,
  type ProfileKind,
  type ProfileOptions,
  SAMPLE_PERIOD_NS,
  stackCountOf,
  stacklessOf,
  totalOf,
  weightsOf,
} from './spent/profile/profile.ts'
export { PROFILE_SCHEMA, type ProfileReport, profileJson } from './spent/profile/report.ts'
export {
  functionMeant,
  functionsLike,
  type Neighbour,
  type Peek,
  type PeekAsk,
  peekAt,
  type Top,
  type TopOrder,
  topOf,
} from './spent/profile/top.ts'
export {
  type CallTree,
  callTree,
  functionOf,
  type Granularity,
  nodeAt,
  pathOf,
  type StackSums,
  type Stacks,
  type TreeOptions,
  type Weight,
} from './spent/profile/tree.ts'
export { parseRangeText, parseTimeText, rangeText, timeText } from './spent/range-text.ts'
export { requireSomebody, type Scope, type ScopeAsk, ScopeError, scopeOf, wholeScope } from './spent/scope.ts'
export * from './spent/tasks/index.ts'
export { type StackFrame, type Standing, type Standings, standingsOf } from './standings.ts'
export { describeAt } from './timeline/detail/describe.ts'
export { spanDetail } from './timeline/detail/detail.ts'
export { stretchAt } from './timeline/detail/stretch-at.ts'
export { rangeSums } from './timeline/detail/sums.ts'
export { applyFilter } from './timeline/filter/apply.ts'
export { completeFilter } from './timeline/filter/complete.ts'
export { quoteExactly } from './timeline/filter/lex.ts'
export { parseFilter } from './timeline/filter/parse.ts'
export { searchTimeline } from './timeline/filter/search.ts'
export { stepMarked } from './timeline/filter/step.ts'
export * from './timeline/model.ts'
export { decimalsFor, momentText, stepOfStretch, type TimeUnit, unitOfTrace } from './timeline/moments.ts'
export { defaultExpanded, layoutRows } from './timeline/rows/rows.ts'
export { buildMinimap, buildScene, spanAt } from './timeline/scene/scene.ts'
export { createTimeline } from './timeline/timeline.ts'
export { tracksOf } from './timeline/tracks.ts'
export { wakesOf } from './timeline/wakes.ts'
export { EVENT_NAMES, EVENT_SPECS, type EventName, type EventSpec, EventType, specOf } from './trace/events.ts'
export { readTrace } from './trace/read.ts'
export * from './trace/tables.ts'
export { type Fixture, readFixture, traceFromText, traceToText } from './trace/text.ts'
export { WARM_UP_FROM, warmUpTraceReader } from './trace/v2/read.ts'
export { validate } from './trace/validate.ts'
