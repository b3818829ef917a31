/**
 * The captures that a watch keeps: as many as allowed, so that no disk is filled. Those that show a hang stay, the first
 * ones show how it began; one that shows nothing makes room for a new one.
 */
import fs from 'node:fs'
import path from 'node:path'
import type { Verdict } from '@unhang/core'
import { MANIFEST_FILE, type Manifest } from '../capture/manifest.ts'

/** A capture may take so much of what is free: the server may write to the same disk. */
const SHARE_OF_FREE = 1 / 4
/** Less than this for one file is not worth a try. */
const LEAST_BYTES = 16e6
/** The largest files of a capture: a trace and two full dumps. */
const LARGE_FILES = 3

export type Room = { readonly maxBytes: number } | { readonly why: 'full' | 'disk'; readonly text: string }

type Kept = { readonly folder: string; readonly manifest: Manifest; verdict: Verdict | undefined }

export class Keeper {
  private readonly kept: Kept[] = []
  private readonly folder: string
  private readonly most: number
  private readonly freeBytes: (folder: string) => number

  constructor(folder: string, most: number, freeBytes = freeOn) {
    this.folder = folder
    this.most = most
    this.freeBytes = freeBytes
  }

  /** How much a file of the next capture may hold, of at most `maxBytes`; or why there is no room for one. */
  room(maxBytes: number): Room {
    if (this.kept.length >= this.most && !this.replaceable())
      return {
        why: 'full',
        text: `${this.kept.length} captures show a hang already, and no more are kept (--max-captures)`,
      }
    const free = this.freeBytes(this.folder)
    const each = Math.floor((free * SHARE_OF_FREE) / LARGE_FILES)
    if (each < LEAST_BYTES) return { why: 'disk', text: `the disk of ${this.folder} is nearly full` }
    return { maxBytes: Math.min(maxBytes, each) }
  }

  /** Takes one in, and removes one that shows nothing where there are too many; gives the name of that one. */
  add(folder: string, manifest: Manifest, verdict: Verdict | undefined): string | undefined {
    this.kept.push({ folder, manifest, verdict })
    const old = this.kept.length > this.most ? this.replaceable() : undefined
    if (!old) return undefined
    this.kept.splice(this.kept.indexOf(old), 1)
    removeCapture(old.folder, old.manifest)
    return old.folder
  }

  private replaceable(): Kept | undefined {
    return this.kept.find(({ verdict }) => verdict === 'healthy')
  }
}

/** Removes what a capture has written, and its folder if nothing else lies there. Never throws. */
export function removeCapture(folder: string, manifest: Manifest): void {
  try {
    for (const { name } of manifest.files) fs.rmSync(path.join(folder, name), { force: true })
    fs.rmSync(path.join(folder, MANIFEST_FILE), { force: true })
    fs.rmdirSync(folder)
  } catch {
    // Somebody has put a note there, or has removed it.
  }
}

function freeOn(folder: string): number {
  try {
    const { bavail, bsize } = fs.statfsSync(folder)
    return bavail * bsize
  } catch {
    // Not every file system tells.
    return Number.POSITIVE_INFINITY
  }
}
