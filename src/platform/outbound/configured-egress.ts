import type { ConfiguredEgress } from '../config/egress-settings.js';
import { compileEgress, hostAndPortOf } from './domain/egress-rules.js';
import { Egress } from './egress.js';

/** Returns the permitted destinations of a feature: those in its settings, never the API server. */
export function egressOf({ allow, deny }: ConfiguredEgress, apiServer: URL): Egress {
  const hosts = allow.map(({ host, port, addresses }) => ({
    host,
    ...(port !== undefined && { port }),
    ...(addresses !== undefined && { addresses }),
  }));
  return new Egress(compileEgress({ allow: hosts, deny }, [hostAndPortOf(apiServer)]));
}
