/** Tasks and regions, as commands and the page ask for them. */
export { type Bucket, bucketFromNs, bucketOf } from './buckets.ts'
export type { Latency } from './latency.ts'
export {
  type RegionRow,
  type RegionsReport,
  regionRow,
  regionsReport,
  type TaskRow,
  type TasksReport,
  taskRow,
  tasksReport,
} from './lists.ts'
export { aroundText, type LogFound, logFound, logsWith } from './logs.ts'
export { type PartOfTask, type Standing as PartStanding, stripOf } from './parts.ts'
export type { PlaceText } from './places.ts'
export {
  REGION_SORTS,
  type RegionFilter,
  type RegionSort,
  type RegionSpent,
  type RegionType,
  regionKinds,
  regionRows,
  regionSeenNs,
  regionTypes,
  requireRegions,
  sortRegions,
  spentIn,
} from './regions.ts'
export { regionEndNs, regionStartNs, spendingOf } from './spending.ts'
export { type StoryEvent, type StoryLimits, type TaskName, type TaskStory, taskRowOf, taskStory } from './story.ts'
export {
  requireTasks,
  sortTasks,
  TASK_SORTS,
  type TaskFilter,
  type TaskSort,
  type TaskType,
  type TaskTypes,
  taskRows,
  taskSeenNs,
  taskTypes,
} from './tasks.ts'
export { typesOf } from './types.ts'
