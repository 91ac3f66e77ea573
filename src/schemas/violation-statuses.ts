import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { schemaLimits } from '../core/schema-limits.js';
import type { Finding } from '../secrets/domain/secret-checks.js';
import { CallTrace } from '../calls/domain/call-trace.js';
import { nextStatus, type ViolationCounts } from './domain/schema-status.js';
import type { SchemaRegistry } from './domain/schema-registry.js';
import { type ParsedSchema, schemaName } from './domain/secret-schemas.js';
import type { StoredSchemas } from './stored-schemas.js';

export interface ViolationStatusesDependencies {
  readonly registry: Pick<SchemaRegistry, 'all' | 'ready'>;
  readonly schemas: Pick<StoredSchemas, 'of'>;
  /** Returns the context of the gateway's own work. */
  readonly caller: () => CallContext;
  readonly onFault: (error: unknown) => void;
}

/**
 * Writes the statuses of schemas: whether each can be used, and how many writes broke it. Several
 * replicas add their counts to one status, each under the resourceVersion that it has seen.
 */
export class ViolationStatuses {
  readonly #parts: ViolationStatusesDependencies;
  /** By the name that findings have. */
  readonly #counts = new Map<string, ViolationCounts>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: ViolationStatusesDependencies) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#writing = this.#writing.then(() => this.#writeAll()).catch(this.#parts.onFault);
    }, schemaLimits.statusMs).unref();
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    return this.#writing;
  }

  /** Counts a write once for each schema that it broke. */
  note(concerning: readonly Finding[]): void {
    const isEnforced = new Map<string, boolean>();
    for (const one of concerning) {
      isEnforced.set(one.schema, one.isEnforced || isEnforced.get(one.schema) === true);
    }
    for (const [schema, isRefused] of isEnforced) {
      const { refused = 0, warned = 0 } = this.#counts.get(schema) ?? {};
      const counted = isRefused
        ? { refused: refused + 1, warned }
        : { refused, warned: warned + 1 };
      this.#counts.set(schema, counted);
    }
  }

  async #writeAll(): Promise<void> {
    const { registry, onFault } = this.#parts;
    await registry.ready();
    const schemas = registry.all;
    const names = new Set(schemas.map(({ object }) => schemaName(object)));
    for (const name of this.#counts.keys()) {
      // Rules of types and built-in schemas have no status.
      if (!names.has(name)) this.#counts.delete(name);
    }
    for (const schema of schemas) {
      await this.#write(schema).catch((error: unknown) => {
        // Another replica was first: the next look sees its status.
        if (!(error instanceof SallyportError && error.code === 'Conflict')) onFault(error);
      });
    }
  }

  async #write(schema: ParsedSchema): Promise<void> {
    const { object } = schema;
    const name = schemaName(object);
    const counts = this.#counts.get(name) ?? { refused: 0, warned: 0 };
    const status = nextStatus(schema, counts);
    if (status === undefined) return;
    const call = { ctx: this.#parts.caller(), as: 'broker', trace: new CallTrace() } as const;
    await this.#parts.schemas.of(object).writeStatus(call, object, status);
    this.#subtract(name, counts);
  }

  /** Leaves what was counted meanwhile. */
  #subtract(name: string, { refused, warned }: ViolationCounts): void {
    const now = this.#counts.get(name);
    if (now === undefined) return;
    const left = { refused: now.refused - refused, warned: now.warned - warned };
    if (left.refused + left.warned === 0) this.#counts.delete(name);
    else this.#counts.set(name, left);
  }
}
