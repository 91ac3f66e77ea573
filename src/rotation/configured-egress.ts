import type { Config } from '../platform/config/config.schema.js';
import { compileEgress, hostAndPortOf } from '../platform/outbound/domain/egress-rules.js';
import { Egress } from '../platform/outbound/egress.js';

/** Returns the permitted destinations of rotation: those in the settings, never the API server. */
export function egressOf({ allow, deny }: Config['rotation']['egress'], apiServer: URL): Egress {
  const hosts = allow.map(({ host, port, addresses }) => ({
    host,
    ...(port !== undefined && { port }),
    ...(addresses !== undefined && { addresses }),
  }));
  return new Egress(compileEgress({ allow: hosts, deny }, [hostAndPortOf(apiServer)]));
}
