import { join } from 'node:path';
import { madeAuthorityFile, madeTlsFiles } from '../../platform/config/mode-defaults.js';

/** Users that a new sandbox knows; each is a ServiceAccount of the namespace `people`. */
export const userNames = ['admin', 'reader', 'key-reader', 'auditor', 'nobody'] as const;
export type UserName = (typeof userNames)[number];

/** Where everything lies in the data folder of a gateway with a sandbox. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The sandbox's own: objects and keys. That it is there says whose folder this is. */
  get sandbox(): string {
    return join(this.path, 'sandbox');
  }

  /** For kubectl as one of the users, through the gateway. */
  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }

  /** For kubectl as administrator of the sandbox, past the gateway. */
  get sandboxKubeconfig(): string {
    return join(this.path, 'sandbox.kubeconfig');
  }

  get tokens(): string {
    return join(this.path, 'tokens');
  }

  get headers(): string {
    return join(this.path, 'headers');
  }

  get tls(): string {
    return join(this.path, 'tls');
  }

  get authority(): KeyPairFiles {
    return { cert: madeAuthorityFile(this.path), key: join(this.tls, 'ca.key') };
  }

  get server(): KeyPairFiles {
    return madeTlsFiles(this.path);
  }

  token(user: UserName): string {
    return join(this.tokens, user);
  }

  /** `Authorization: Bearer …`, for `curl -H @FILE`. */
  header(user: UserName): string {
    return join(this.headers, user);
  }
}

export interface KeyPairFiles {
  readonly cert: string;
  readonly key: string;
}
