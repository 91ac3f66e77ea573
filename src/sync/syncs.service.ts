import { Injectable } from '@nestjs/common';
import { SyncRunner } from './engine/sync-runner.js';
import { StorePolicies } from './store-policies.js';
import { SyncPolicies } from './sync-policies.js';
import { SyncDependencies } from './sync.dependencies.js';

/** Service of syncs with other stores, and of these stores. */
@Injectable()
export class SyncsService {
  readonly syncs: SyncPolicies;
  readonly stores: StorePolicies;

  constructor(parts: SyncDependencies, runner: SyncRunner) {
    this.syncs = new SyncPolicies(parts, runner);
    this.stores = new StorePolicies(parts);
  }
}
