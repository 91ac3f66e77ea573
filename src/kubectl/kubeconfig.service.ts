import { readFile } from 'node:fs/promises';
import type { CallRunner } from '../calls/call-runner.service.js';
import type { CallContext } from '../core/call-context.js';
import { invalid, unavailable } from '../core/errors/sallyport-error.js';
import { kubeconfigText } from './domain/kubeconfig.js';
import type { GatewayAddress } from './gateway-address.js';

const NAME = 'sallyport';

export interface KubeconfigServiceDependencies {
  readonly calls: Pick<CallRunner, 'read'>;
  readonly address: Pick<GatewayAddress, 'url'>;
  /** Whether a kubeconfig is of any use. */
  readonly isEnabled: boolean;
  /** PEM file; clients have their own authorities if absent. */
  readonly certificateAuthority?: string | undefined;
}

/** Kubeconfigs with which callers access this gateway. */
export class KubeconfigService {
  readonly #parts: KubeconfigServiceDependencies;

  constructor(parts: KubeconfigServiceDependencies) {
    this.#parts = parts;
  }

  /**
   * Returns a kubeconfig that names a file with the caller's token. Throws Invalid if kubectl is
   * not enabled, or the gateway does not know its address.
   */
  kubeconfig(ctx: CallContext, tokenFile: string): Promise<string> {
    return this.#parts.calls.read(ctx, { action: 'access.review' }, async () => {
      const gateway = this.#gateway();
      const certificateAuthority = await this.#certificateAuthority();
      const users = [{ name: NAME, tokenFile }] as const;
      return kubeconfigText({ gateway, certificateAuthority, users });
    });
  }

  #gateway(): string {
    const { isEnabled, address } = this.#parts;
    if (!isEnabled) throw invalid([], 'this gateway lets no kubectl in: kubectl.enabled is false');
    if (address.url !== undefined) return address.url;
    throw invalid(
      [],
      'this gateway does not know under which https URL clients reach it: an operator sets ' +
        'kubectl.server',
    );
  }

  /** Reads the CA each time, because it is renewed with the certificate that it signs. */
  async #certificateAuthority(): Promise<string | undefined> {
    const { certificateAuthority: file } = this.#parts;
    if (file === undefined) return undefined;
    try {
      return await readFile(file, 'utf8');
    } catch (cause) {
      throw unavailable('the certificate authority for kubeconfigs cannot be read', { cause });
    }
  }
}
