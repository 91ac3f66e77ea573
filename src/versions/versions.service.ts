import { Inject, Injectable } from '@nestjs/common';
import { SecretsService } from '../secrets/secrets.service.js';
import { NamespaceRestores } from './namespace-restores.js';
import { VersionAliases } from './version-aliases.js';
import { VersionDependencies } from './version.dependencies.js';
import { VersionReads } from './version-reads.js';
import { VersionStates } from './version-states.js';
import { VersionWrites } from './version-writes.js';

/** Service of histories; Secrets' services read and restore the content of versions. */
@Injectable()
export class VersionsService {
  readonly reads: VersionReads;
  readonly states: VersionStates;
  readonly aliases: VersionAliases;
  readonly namespaces: NamespaceRestores;

  constructor(
    parts: VersionDependencies,
    @Inject(SecretsService) secrets: Pick<SecretsService, 'restore'>,
  ) {
    const writes = new VersionWrites(parts);
    this.reads = new VersionReads(parts);
    this.states = new VersionStates(parts, writes);
    this.aliases = new VersionAliases(parts, writes);
    this.namespaces = new NamespaceRestores(parts, secrets);
  }
}
