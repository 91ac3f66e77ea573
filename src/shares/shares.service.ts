import { Injectable } from '@nestjs/common';
import type { FoundSecret } from '../secrets/read/secret-source.js';
import { ImportLookups } from './import-lookups.js';
import { ImportPolicies } from './import-policies.js';
import { ImportReads } from './import-reads.js';
import { OfferedShares } from './offered-shares.js';
import { SharePolicies } from './share-policies.js';
import { ShareDependencies } from './shares.dependencies.js';

/** Service of shares, imports, offers to a namespace, and imported values. */
@Injectable()
export class SharesService {
  readonly shares: SharePolicies;
  readonly imports: ImportPolicies;
  readonly offers: OfferedShares;
  readonly lookups: ImportLookups;
  readonly reads: ImportReads;
  readonly #parts: ShareDependencies;

  constructor(parts: ShareDependencies) {
    this.#parts = parts;
    this.shares = new SharePolicies(parts);
    this.imports = new ImportPolicies(parts);
    this.offers = new OfferedShares(parts);
    this.lookups = new ImportLookups(parts);
    this.reads = new ImportReads(parts, this.lookups);
  }

  /**
   * Reports whether these keys of a Secret may leave its namespace: none is a copy of a share that
   * forbids it. Throws Unavailable.
   */
  mayShare(found: FoundSecret, keys: readonly string[]): Promise<boolean> {
    return this.#parts.secrets.mayShare(found, keys);
  }
}
