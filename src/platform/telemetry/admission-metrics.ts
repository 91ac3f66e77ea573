import { Counter, type Registry } from 'prom-client';

/** Metrics of the admission webhook. */
export class AdmissionMetrics {
  readonly #reviews: Counter;

  constructor(registry: Registry) {
    this.#reviews = new Counter({
      name: 'sallyport_admission_reviews_total',
      help: 'Reviews of writes of Secrets that the API server asked for, by result.',
      labelNames: ['result'],
      registers: [registry],
    });
  }

  /** Counts a review; `failed`: it got no verdict. */
  answered(result: 'allowed' | 'warned' | 'refused' | 'failed'): void {
    this.#reviews.inc({ result });
  }
}
