import { Counter, Gauge, Registry } from 'prom-client';

/** Metrics of an agent; labels contain no names of Secrets. */
export class AgentMetrics {
  readonly #registry = new Registry();
  readonly filesWritten = new Counter({
    name: 'sallyport_agent_files_written_total',
    help: 'Files that the agent has written.',
    registers: [this.#registry],
  });
  readonly commands = new Counter({
    name: 'sallyport_agent_commands_total',
    help: 'Runs of the command for changes.',
    labelNames: ['result'],
    registers: [this.#registry],
  });
  readonly failures = new Counter({
    name: 'sallyport_agent_failures_total',
    help: 'Failures by their kind: read, render, write or command.',
    labelNames: ['kind'],
    registers: [this.#registry],
  });

  constructor(state: {
    readonly ageMs: () => number | undefined;
    readonly isReady: () => boolean;
  }) {
    const registers = [this.#registry];
    new Gauge({
      name: 'sallyport_agent_values_age_seconds',
      help: 'Time since the gateway has confirmed all values; absent before their first read.',
      registers,
      collect() {
        const ageMs = state.ageMs();
        if (ageMs === undefined) this.reset();
        else this.set(ageMs / 1_000);
      },
    });
    new Gauge({
      name: 'sallyport_agent_ready',
      help: 'Whether all files are up to date: 1 or 0.',
      registers,
      collect() {
        this.set(state.isReady() ? 1 : 0);
      },
    });
  }

  /** Returns the metrics in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
