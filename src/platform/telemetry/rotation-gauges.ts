import { Gauge, type Registry } from 'prom-client';

/** State of rotation, without any name of a Secret. */
export interface RotationMeasures {
  readonly policies: number;
  readonly due: number;
  readonly running: number;
  /** Creation time of the oldest current credential; undefined if there is none. */
  readonly oldestCredentialMs: number | undefined;
  /** Earliest expiry of the certificates that rotations created. */
  readonly firstExpiryMs: number | undefined;
}

const gauges = {
  rotation_policies: ['SecretRotations that are known.', (all) => all.policies],
  rotation_due: ['Schedules that are due and have not begun.', (all) => all.due],
  rotation_running: ['Runs that are worked on just now.', (all) => all.running],
  rotation_oldest_credential_age_seconds: [
    'Age of the oldest credential that a rotation made and that is current.',
    ({ oldestCredentialMs: ms }) => ms && (Date.now() - ms) / 1_000,
  ],
  rotation_first_certificate_expiry_timestamp_seconds: [
    'When the first certificate ends of those that rotations made.',
    ({ firstExpiryMs: ms }) => ms && ms / 1_000,
  ],
} satisfies Record<string, [help: string, valueOf: (all: RotationMeasures) => number | undefined]>;

/** Adds gauges that are measured at each scrape; missing values have no sample. */
export function addRotationGauges(registry: Registry, measure: () => RotationMeasures): void {
  for (const [name, [help, valueOf]] of Object.entries(gauges)) {
    const gauge: Gauge = new Gauge({
      name: `sallyport_${name}`,
      help,
      registers: [registry],
      collect: (): void => {
        gauge.reset();
        const value = valueOf(measure());
        if (value !== undefined) gauge.set(value);
      },
    });
  }
}
