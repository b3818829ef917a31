/** What the page says to the worker that lays out call graphs, and what that answers: one picture at a time. */
import type { GraphPicture } from '@unhang/core'

export type ToGraph = { readonly id: number; readonly picture: GraphPicture }
export type FromGraph = { readonly id: number; readonly svg: string } | { readonly id: number; readonly error: string }
