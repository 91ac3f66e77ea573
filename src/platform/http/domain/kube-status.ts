import { errorTable } from '../../../core/errors/error-table.js';
import type { SallyportError } from '../../../core/errors/sallyport-error.js';

interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

interface StatusDetails {
  readonly name?: string;
  /** The resource, as the API server writes it here. */
  readonly kind?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/definitions/status-v1-meta/ */
export interface KubeStatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

/** Converts an error of the gateway to the form that Kubernetes' clients read. */
export function toStatus(error: SallyportError): {
  readonly code: number;
  readonly body: KubeStatusBody;
} {
  const { kubernetesReason } = errorTable[error.code];
  const body = statusBody(error.status, kubernetesReason, messageOf(error), detailsOf(error));
  return { code: error.status, body };
}

/** Returns a failure, with its members in the order of the API server. */
export function statusBody(
  code: number,
  reason: string,
  message: string,
  details: StatusDetails,
): KubeStatusBody {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(Object.keys(details).length === 0 ? {} : { details }),
    code,
  };
}

/** Returns the message; kubectl prints only the message of a 401, without its reason. */
function messageOf({ code, message }: SallyportError): string {
  return code === 'Unauthenticated' ? `Unauthorized: ${message}` : message;
}

function detailsOf({ errors, headers }: SallyportError): StatusDetails {
  const causes = errors.map(({ pointer, reason }) => ({
    reason: 'FieldValueInvalid',
    message: reason,
    field: pointer,
  }));
  const retryAfter = headers['retry-after'] ?? '';
  return {
    ...(causes.length === 0 ? {} : { causes }),
    ...(/^\d+$/.test(retryAfter) ? { retryAfterSeconds: Number(retryAfter) } : {}),
  };
}
