import { join } from 'node:path';
import type { z } from 'zod';
import type { Settings } from './settings.schema.js';

export const TLS_PORT = 8443;
const TLS_VARIABLES = '(SALLYPORT_TLS_CERT and SALLYPORT_TLS_KEY)';

export interface TlsListener {
  readonly port: number;
  /** PEM file of the certificate chain. */
  readonly cert: string;
  /** PEM file of its key. */
  readonly key: string;
  /** PEM file of the authorities whose certificates are credentials of clients. */
  readonly clientCa?: string;
}

/** Returns the paths of the HTTPS certificate that the sandbox's start creates. */
export function madeTlsFiles(dataDir: string): { readonly cert: string; readonly key: string } {
  return { cert: join(dataDir, 'tls', 'server.crt'), key: join(dataDir, 'tls', 'server.key') };
}

/** Returns the path of the authority that signs it. */
export function madeAuthorityFile(dataDir: string): string {
  return join(dataDir, 'tls', 'ca.crt');
}

/** Completes settings that depend on the mode; a missing setting that a mode needs is a problem. */
export function completed(settings: Settings, context: z.RefinementCtx<Settings>) {
  const isSandbox = settings.kubernetes.mode === 'sandbox';
  const { served, scope } = settings.namespaces;
  if (served === undefined && !isSandbox) {
    context.addIssue({
      code: 'custom',
      path: ['namespaces', 'served'],
      message: `needed with mode ${settings.kubernetes.mode}: names or globs of namespaces`,
    });
  }
  const { tls: _, ...listen } = settings.listen;
  const tls = completedTls(settings, context);
  return {
    ...settings,
    listen: { ...listen, ...tls },
    kubectl: { ...settings.kubectl, ...madeAuthority(settings, tls) },
    namespaces: {
      served: served ?? ['*'],
      scope: scope ?? (isSandbox ? 'cluster' : 'served'),
    },
  };
}

function completedTls(
  settings: Settings,
  context: z.RefinementCtx<Settings>,
): { readonly tls?: TlsListener } {
  const { tls } = settings.listen;
  const clients = tls?.clientCa === undefined ? {} : { clientCa: tls.clientCa };
  if (tls?.cert !== undefined && tls.key !== undefined) {
    return { tls: { port: tls.port, cert: tls.cert, key: tls.key, ...clients } };
  }
  if (settings.kubernetes.mode !== 'sandbox') {
    if (tls !== undefined) addTlsIssue(context, `cert and key are needed ${TLS_VARIABLES}`);
    return {};
  }
  if (tls?.cert !== undefined || tls?.key !== undefined) {
    addTlsIssue(context, `cert and key go together ${TLS_VARIABLES}`);
  }
  return { tls: { port: tls?.port ?? TLS_PORT, ...madeTlsFiles(settings.dataDir), ...clients } };
}

/** Returns the default authority of kubeconfigs: the signer of the sandbox's certificate. */
function madeAuthority(
  { dataDir, kubernetes, kubectl }: Settings,
  { tls }: { readonly tls?: TlsListener },
): { readonly certificateAuthority?: string } {
  const isMade = kubernetes.mode === 'sandbox' && tls?.cert === madeTlsFiles(dataDir).cert;
  if (!isMade || kubectl.certificateAuthority !== undefined) return {};
  // With a server URL, clients get another certificate.
  return kubectl.server === undefined ? { certificateAuthority: madeAuthorityFile(dataDir) } : {};
}

function addTlsIssue(context: z.RefinementCtx<Settings>, message: string): void {
  context.addIssue({ code: 'custom', path: ['listen', 'tls'], message });
}
