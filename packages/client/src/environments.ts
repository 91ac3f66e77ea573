import { nextState, type NextOptions } from './next-state.js';
import { parsedBody } from './parsed-body.js';
import { pathOf } from './path.js';
import type { Received } from './received.js';
import { SecretValues } from './secret-values.js';
import type { Transport } from './transport.js';
import type { SecretEnvironmentValues } from './types.js';
import { valuesByName } from './values-by-name.js';

/** Values that are assembled from several Secrets, by names of their own. */
export class Environments {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Reads all values of an environment, once their state differs from `after`: all of them, or
   * none. Returns undefined if the state is the same after the wait.
   */
  nextValues(
    namespace: string,
    name: string,
    options: NextOptions = {},
  ): Promise<Received<SecretValues> | undefined> {
    return nextState(this.#transport, {
      ...options,
      path: pathOf('namespaces', namespace, 'environments', name, 'values'),
      query: { encoding: 'base64' },
      make: (bytes) => {
        const values = valuesByName(parsedBody<SecretEnvironmentValues>(bytes), [name]);
        return values.get(name) ?? new SecretValues({});
      },
    });
  }
}
