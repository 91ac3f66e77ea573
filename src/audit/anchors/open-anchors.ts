import { join } from 'node:path';
import type { AnchorSettings } from '../../platform/config/audit-settings.js';
import type { Anchor } from './anchor.js';
import type { AnchorConfigMaps } from './anchor-config-map.js';
import { ConfigMapAnchor } from './config-map-anchor.js';
import { FileAnchor } from './file-anchor.js';
import { WebhookAnchor } from './webhook-anchor.js';

export interface AnchorPlaces {
  readonly dataDir: string;
  readonly gatewayNamespace: string;
  /** Returns a client for a ConfigMap. */
  readonly configMaps: (ref: {
    readonly namespace: string;
    readonly name: string;
  }) => AnchorConfigMaps;
}

/** Returns a path outside the database, so that a restored database has no anchor of its own. */
export function defaultAnchorFile(dataDir: string): string {
  return join(dataDir, 'audit', 'checkpoints');
}

/** Opens the configured anchors; by default, a file in the data folder. */
export function openAnchors(
  settings: readonly AnchorSettings[],
  places: AnchorPlaces,
): readonly Anchor[] {
  if (settings.length === 0) {
    return [new FileAnchor(defaultAnchorFile(places.dataDir), { createsFolder: true })];
  }
  return settings.map((one) => openAnchor(one, places));
}

function openAnchor({ file, webhook, configMap }: AnchorSettings, places: AnchorPlaces): Anchor {
  if (file !== undefined) return new FileAnchor(file.path);
  if (webhook !== undefined) return new WebhookAnchor(webhook);
  const { namespace = places.gatewayNamespace, name = '' } = configMap ?? {};
  return new ConfigMapAnchor({ namespace, name }, places.configMaps({ namespace, name }));
}
