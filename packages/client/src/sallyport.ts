import { Environments } from './environments.js';
import { EtagCache } from './etag-cache.js';
import { Access } from './access.js';
import { Audit } from './audit.js';
import { Keys } from './keys.js';
import { Rotations } from './rotations.js';
import { Secrets } from './secrets.js';
import { Tokens } from './tokens.js';
import { Transport, type TransportSettings } from './transport.js';
import { Versions } from './versions.js';

export interface SallyportSettings extends TransportSettings {
  /** Responses to reads that stay in memory while the gateway confirms them; none if absent. */
  readonly cachedReadsMax?: number;
}

/** Client of one gateway with one credential. */
export class Sallyport {
  readonly secrets: Secrets;
  readonly keys: Keys;
  readonly versions: Versions;
  readonly rotations: Rotations;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly access: Access;
  readonly environments: Environments;

  constructor(settings: SallyportSettings) {
    const transport = new Transport(settings);
    const cache = new EtagCache(settings.cachedReadsMax ?? 0);
    this.secrets = new Secrets(transport, cache);
    this.keys = new Keys(transport, cache);
    this.versions = new Versions(transport);
    this.rotations = new Rotations(transport);
    this.tokens = new Tokens(transport);
    this.audit = new Audit(transport);
    this.access = new Access(transport);
    this.environments = new Environments(transport);
  }
}
