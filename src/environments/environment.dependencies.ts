import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { CallRunner } from '../calls/call-runner.service.js';
import { SecretsService } from '../secrets/secrets.service.js';
import { SharesService } from '../shares/shares.service.js';
import { SecretEnvironments } from './domain/secret-environments.js';

/** Dependencies of environments. */
@Injectable()
export class EnvironmentDependencies {
  readonly calls: CallRunner;
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly environments: SecretEnvironments;
  readonly secrets: SecretsService;
  readonly shares: SharesService;

  constructor(
    calls: CallRunner,
    access: AccessService,
    served: ServedNamespaces,
    environments: SecretEnvironments,
    secrets: SecretsService,
    shares: SharesService,
  ) {
    this.calls = calls;
    this.access = access;
    this.served = served;
    this.environments = environments;
    this.secrets = secrets;
    this.shares = shares;
  }
}
