import { Agent } from 'node:https';

/** What a load needs to act as an administrator. */
export interface AdminAccess {
  readonly url: string;
  readonly caCertificate: string;
  readonly adminCertificate: string;
  readonly adminKey: string;
}

export function adminAgent(facts: AdminAccess, maxSockets: number): Agent {
  return new Agent({
    ca: facts.caCertificate,
    cert: facts.adminCertificate,
    key: facts.adminKey,
    keepAlive: true,
    maxSockets,
  });
}
