import { Injectable } from '@nestjs/common';
import { ImportPolicies } from './import-policies.js';
import { ImportReads } from './import-reads.js';
import { SharePolicies } from './share-policies.js';
import { ShareDependencies } from './shares.dependencies.js';

/** Service of shares, imports, and imported values. */
@Injectable()
export class SharesService {
  readonly shares: SharePolicies;
  readonly imports: ImportPolicies;
  readonly reads: ImportReads;

  constructor(parts: ShareDependencies) {
    this.shares = new SharePolicies(parts);
    this.imports = new ImportPolicies(parts);
    this.reads = new ImportReads(parts);
  }
}
