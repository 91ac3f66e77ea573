import { Counter, Gauge, type Registry } from 'prom-client';

/** Metrics of schemas; no label names a schema, a Secret or a key. */
export class SchemaMetrics {
  readonly #registry: Registry;
  readonly #violations: Counter;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#violations = new Counter({
      name: 'sallyport_schema_violations_total',
      help: 'Writes of Secrets that broke rules of a type or a schema.',
      labelNames: ['result'],
      registers: [registry],
    });
  }

  /** Counts a write that broke a rule: refused, or stored with a warning. */
  broken(isRefused: boolean): void {
    this.#violations.inc({ result: isRefused ? 'refused' : 'warned' });
  }

  /** Exports the number of schemas; the function returns of each whether it can be used. */
  watch(schemas: () => Promise<readonly boolean[]>): void {
    const gauge = new Gauge({
      name: 'sallyport_schemas',
      help: 'Schemas of the cluster and of namespaces that this process knows.',
      labelNames: ['state'],
      registers: [this.#registry],
      collect: async () => {
        const all = await schemas();
        const valid = all.filter(Boolean).length;
        gauge.set({ state: 'valid' }, valid);
        gauge.set({ state: 'invalid' }, all.length - valid);
      },
    });
  }
}
