/** Lease of background work that one process does for all. */
export interface BackgroundLeaseTable {
  readonly name: string;
  /** Process that holds the lease. */
  readonly holder: string;
  /** End of the lease by the clock of the database. */
  readonly until_ms: number;
}

export interface BackgroundLeasesSchema {
  readonly background_leases: BackgroundLeaseTable;
}
