import { listOf, parseJson, recordOf, textOf } from './kube-json.js';

/** Fields of Kubernetes' `Status` by which errors are distinguished. */
export interface KubeStatus {
  readonly reason: string;
  readonly message: string;
  readonly kind: string;
  readonly name: string;
  readonly causes: readonly KubeStatusCause[];
  readonly retryAfterSeconds: number | undefined;
}

export interface KubeStatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** Parses a Status; undefined for another body: then the API server has not answered itself. */
export function parseKubeStatus(body: Buffer): KubeStatus | undefined {
  const json = recordOf(parseJson(body));
  if (json['kind'] !== 'Status' || json['apiVersion'] !== 'v1') return undefined;
  const details = recordOf(json['details']);
  const seconds = details['retryAfterSeconds'];
  return {
    reason: textOf(json['reason']),
    message: textOf(json['message']),
    kind: textOf(details['kind']),
    name: textOf(details['name']),
    causes: listOf(details['causes']).map((cause) => {
      const { reason, message, field } = recordOf(cause);
      return { reason: textOf(reason), message: textOf(message), field: textOf(field) };
    }),
    retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
  };
}
