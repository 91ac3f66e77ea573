import { SallyportError, invalid } from '../../core/errors/sallyport-error.js';

/** Namespaces in which a writer of Secrets or pods controls the cluster. */
export const neverServed: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

export interface ServedNamespacesOptions {
  /** Names, or globs with `*`. */
  readonly patterns: readonly string[];
  /** `served`: the gateway has rights only in these. `cluster`: callers act everywhere. */
  readonly scope: 'served' | 'cluster';
  readonly gatewayNamespace: string;
}

/** Namespaces in which the broker works, and the errors of calls to others. */
export class ServedNamespaces {
  readonly #patterns: readonly RegExp[];
  readonly #excluded: ReadonlySet<string>;
  /** Namespaces that are served by name, not by a glob. */
  readonly names: readonly string[];
  readonly scope: 'served' | 'cluster';

  constructor(options: ServedNamespacesOptions) {
    this.#patterns = options.patterns.map(globPattern);
    this.#excluded = new Set([...neverServed, options.gatewayNamespace]);
    this.scope = options.scope;
    const names = options.patterns.filter((pattern) => !pattern.includes('*'));
    this.names = [...new Set(names)].filter((name) => this.isServed(name));
  }

  isServed(namespace: string): boolean {
    return (
      !this.#excluded.has(namespace) && this.#patterns.some((pattern) => pattern.test(namespace))
    );
  }

  /** Throws 403 before any upstream call if the gateway does not serve this namespace. */
  requireReachable(namespace: string): void {
    const reason = this.unreachableReason(namespace);
    if (reason !== undefined) throw new SallyportError('Forbidden', reason);
  }

  /** Requires that all namespaces are reachable. */
  requireAllReachable(): void {
    this.requireReachable('');
  }

  /** Requires the broker: 422 outside the served namespaces. */
  requireServed(namespace: string): void {
    this.requireReachable(namespace);
    const reason = this.unservedReason(namespace);
    if (reason !== undefined) throw invalid([{ pointer: '/path/namespace', reason }]);
  }

  /** Returns why no call works in a namespace, `''` for all together; undefined if calls pass. */
  unreachableReason(namespace: string): string | undefined {
    if (this.scope === 'cluster') return undefined;
    if (namespace === '') {
      return 'this gateway serves namespaces one by one: name one (kubectl -n NAME)';
    }
    return this.unservedReason(namespace);
  }

  /** Returns why the broker does not work in a namespace; undefined if it does. */
  unservedReason(namespace: string): string | undefined {
    return this.isServed(namespace) ? undefined : notServed(namespace);
  }
}

function notServed(namespace: string): string {
  return `namespace ${namespace} is not served by this gateway`;
}

function globPattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}
