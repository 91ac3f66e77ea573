import type { Anchor } from '../audit/anchors/anchor.js';
import { AnchorConfigMaps } from '../audit/anchors/anchor-config-map.js';
import { KubeAnchorConfigMaps } from '../audit/anchors/kube-anchor-config-maps.js';
import { openAnchors } from '../audit/anchors/open-anchors.js';
import type { Config } from '../platform/config/config.schema.js';
import { KubeConnection } from '../kubernetes/kube-connection.js';
import { KubeTransport } from '../kubernetes/kube-transport.js';
import { SelfKubeClient } from '../kubernetes/self-kube.client.js';

export interface OperatorAnchors {
  readonly anchors: readonly Anchor[];
  close(): void;
}

/** Opens the configured anchors for a command; connects to a cluster only if one needs it. */
export async function openOperatorAnchors(config: Config): Promise<OperatorAnchors> {
  const { audit, dataDir, kubernetes } = config;
  const isNeeded = audit.anchors.some(({ configMap }) => configMap !== undefined);
  const transport = isNeeded ? await transportTo(config) : undefined;
  const self = transport && new SelfKubeClient(transport);
  const anchors = openAnchors(audit.anchors, {
    dataDir,
    gatewayNamespace: kubernetes.gatewayNamespace,
    configMaps: (ref) => (self ? new KubeAnchorConfigMaps(self, ref) : new NoConfigMaps()),
  });
  return { anchors, close: () => transport?.close() };
}

/** Returns a transport; undefined for the sandbox, whose API runs with the gateway only. */
async function transportTo({ kubernetes }: Config): Promise<KubeTransport | undefined> {
  const { mode, kubeconfig: path = '' } = kubernetes;
  if (mode === 'sandbox') return undefined;
  const connection = mode === 'in-cluster' ? { mode } : { mode, path };
  return new KubeTransport(await KubeConnection.open(connection));
}

class NoConfigMaps extends AnchorConfigMaps {
  override read(): Promise<never> {
    return Promise.reject(new Error('the sandbox is not running'));
  }

  override write(): Promise<never> {
    return this.read();
  }
}
