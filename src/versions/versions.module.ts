import { type DynamicModule, Module } from '@nestjs/common';
import { SecretsService } from '../secrets/secrets.service.js';
import { SecretVersionsResolver, VersionDiffResolver } from './graphql/version-fields.resolver.js';
import { VersionMutationsResolver } from './graphql/version-mutations.resolver.js';
import { VersionsController } from './rest/versions.controller.js';
import { VERSION_PARTS, type VersionParts } from './version-parts.js';
import { VersionsService } from './versions.service.js';

/** What it stands on was opened before Nest, with the database and the clients of the cluster. */
@Module({})
export class VersionsModule {
  /** `secrets`: the module that has the service of Secrets. */
  static over(secrets: DynamicModule): DynamicModule {
    return {
      module: VersionsModule,
      imports: [secrets],
      controllers: [VersionsController],
      providers: [
        SecretVersionsResolver,
        VersionDiffResolver,
        VersionMutationsResolver,
        {
          provide: VersionsService,
          inject: [VERSION_PARTS, SecretsService],
          useFactory: (parts: VersionParts, service: SecretsService) =>
            new VersionsService(parts, service),
        },
      ],
    };
  }
}
