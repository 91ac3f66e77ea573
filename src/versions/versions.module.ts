import { Module } from '@nestjs/common';
import { SecretsModule } from '../secrets/secrets.module.js';
import { SecretVersionsResolver, VersionDiffResolver } from './graphql/version-fields.resolver.js';
import { VersionMutationsResolver } from './graphql/version-mutations.resolver.js';
import { HistoryModule } from './history.module.js';
import { VersionsController } from './rest/versions.controller.js';
import { VersionsService } from './versions.service.js';

/** Callers' operations on versions; histories themselves are in HistoryModule, before Secrets. */
@Module({
  imports: [HistoryModule, SecretsModule],
  controllers: [VersionsController],
  providers: [
    VersionsService,
    SecretVersionsResolver,
    VersionDiffResolver,
    VersionMutationsResolver,
  ],
})
export class VersionsModule {}
