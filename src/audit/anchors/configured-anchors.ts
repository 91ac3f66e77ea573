import type { Anchor } from './anchor.js';
import { anchorRow } from './anchor-publisher.js';

/** The anchors that settings name. */
export class ConfiguredAnchors {
  readonly all: readonly Anchor[];

  constructor(all: readonly Anchor[]) {
    this.all = all;
  }

  /** What they are called in the outbox. */
  get rows(): readonly string[] {
    return this.all.map(anchorRow);
  }
}
