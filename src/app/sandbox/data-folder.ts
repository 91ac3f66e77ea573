import { join } from 'node:path';
import { madeAuthorityFile, madeTlsFiles } from '../../platform/config/mode-defaults.js';

/** Users that a new sandbox knows; each is a ServiceAccount of the namespace `people`. */
export const userNames = ['admin', 'reader', 'key-reader', 'auditor', 'nobody'] as const;
export type UserName = (typeof userNames)[number];

/** Paths of the files in the data folder of a gateway with a sandbox. */
export class DataFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Objects and keys of the sandbox. If this folder exists, the data folder belongs to a sandbox.
   */
  get sandbox(): string {
    return join(this.path, 'sandbox');
  }

  /** Kubeconfig of the users, through the gateway. */
  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }

  /** Kubeconfig of the sandbox's administrator, without the gateway. */
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

  /** File with `Authorization: Bearer …`, for `curl -H @FILE`. */
  header(user: UserName): string {
    return join(this.headers, user);
  }
}

export interface KeyPairFiles {
  readonly cert: string;
  readonly key: string;
}
