import type { Anchor } from './anchor.js';
import { anchorRow } from './anchor-publisher.js';

/** The configured anchors. */
export class ConfiguredAnchors {
  readonly all: readonly Anchor[];

  constructor(all: readonly Anchor[]) {
    this.all = all;
  }

  /** Returns the names of the anchors in the outbox. */
  get rows(): readonly string[] {
    return this.all.map(anchorRow);
  }
}
