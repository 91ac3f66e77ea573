import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { Clock } from '../core/clock.js';
import { AppLogger } from '../platform/telemetry/app-logger.js';
import { SecretsService } from '../secrets/secrets.service.js';
import { SharesService } from '../shares/shares.service.js';
import { SecretEnvironments } from './domain/secret-environments.js';

/** Dependencies of environments. */
@Injectable()
export class EnvironmentDependencies {
  readonly calls: CallRunner;
  readonly clock: Clock;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly environments: SecretEnvironments;
  readonly secrets: SecretsService;
  readonly shares: SharesService;
  readonly logger: Pick<AppLogger, 'fault'>;

  constructor(
    calls: CallRunner,
    clock: Clock,
    access: AccessService,
    served: ServedNamespaces,
    environments: SecretEnvironments,
    secrets: SecretsService,
    shares: SharesService,
    logger: AppLogger,
  ) {
    this.calls = calls;
    this.clock = clock;
    this.access = access;
    this.served = served;
    this.environments = environments;
    this.secrets = secrets;
    this.shares = shares;
    this.logger = logger;
  }
}
