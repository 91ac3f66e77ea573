import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { Clock } from '../core/clock.js';
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

  constructor(
    calls: CallRunner,
    clock: Clock,
    access: AccessService,
    served: ServedNamespaces,
    environments: SecretEnvironments,
    secrets: SecretsService,
    shares: SharesService,
  ) {
    this.calls = calls;
    this.clock = clock;
    this.access = access;
    this.served = served;
    this.environments = environments;
    this.secrets = secrets;
    this.shares = shares;
  }
}
