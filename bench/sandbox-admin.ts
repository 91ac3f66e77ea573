import { Agent } from 'node:https';

/** What a load needs to know of the sandbox. */
export interface SandboxFacts {
  readonly url: string;
  readonly caCertificate: string;
  readonly adminCertificate: string;
  readonly adminKey: string;
}

export function adminAgent(facts: SandboxFacts, maxSockets: number): Agent {
  return new Agent({
    ca: facts.caCertificate,
    cert: facts.adminCertificate,
    key: facts.adminKey,
    keepAlive: true,
    maxSockets,
  });
}
