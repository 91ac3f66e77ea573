import type { SealedTable } from './domain/row-mac.js';

/** A row with a MAC, as a look at all of them finds it. */
export interface ScannedRow {
  /** Where the scan goes on behind it. */
  readonly key: string;
  /** What operators know it by. */
  readonly name: string;
  /** Whether a gateway with this key has written it as it is. */
  readonly isOurs: boolean;
  /** Gives it a MAC as it is: an operator says that it is the gateway's. */
  adopt(): Promise<void>;
}

/** All rows of a table that carry a MAC, in parts. */
export interface RowScan {
  readonly table: SealedTable;
  /** Rows behind a key ('' begins), `limits.rowsCheckedAtOnceMax` of them; fewer at the end. */
  next(after: string): Promise<readonly ScannedRow[]>;
}
