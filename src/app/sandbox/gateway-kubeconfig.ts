import { readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../../platform/config/config.schema.js';
import { kubeconfigText } from '../../kubectl/domain/kubeconfig.js';
import { loopbackUrl, portOf } from '../../kubectl/gateway-address.js';
import { writePrivateFile } from './private-files.js';
import type { DataFolder, UserName } from './data-folder.js';

/**
 * Kubeconfig for the gateway, with a context for each user that names the file of the user's token.
 */
export class GatewayKubeconfig {
  readonly #folder: DataFolder;
  readonly #config: Pick<Config, 'listen' | 'kubectl'>;
  #gateway: string | undefined;

  constructor(folder: DataFolder, config: Pick<Config, 'listen' | 'kubectl'>) {
    this.#folder = folder;
    this.#config = config;
  }

  /** Sets the URL of the gateway from the URLs of its listeners. */
  gatewayAt(urls: readonly string[]): void {
    const port = portOf(urls.find((url) => url.startsWith('https:')) ?? '');
    if (port !== undefined) this.#gateway = loopbackUrl(this.#config.listen.host, port);
  }

  /**
   * Resolves to false, without a file, if the gateway does not accept kubectl or no user remains.
   */
  async write(users: readonly UserName[]): Promise<boolean> {
    const [first, ...others] = users.map((name) => ({
      name,
      tokenFile: resolve(this.#folder.token(name)),
    }));
    if (!this.#config.kubectl.enabled || this.#gateway === undefined || first === undefined) {
      await rm(this.#folder.kubeconfig, { force: true });
      return false;
    }
    const text = kubeconfigText({
      gateway: this.#gateway,
      certificateAuthority: await this.#authority(),
      users: [first, ...others],
    });
    writePrivateFile(this.#folder.kubeconfig, text);
    return true;
  }

  /** Returns the PEM of the sandbox's own authority, or of the configured authority. */
  async #authority(): Promise<string | undefined> {
    const isMade = this.#config.listen.tls?.cert === this.#folder.server.cert;
    const file = isMade ? this.#folder.authority.cert : this.#config.kubectl.certificateAuthority;
    return file === undefined ? undefined : await readFile(file, 'utf8');
  }
}
