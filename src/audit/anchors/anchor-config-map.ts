/** ConfigMap as far as an anchor needs it. */
export interface AnchorConfigMap {
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
}

/** Storage of anchors' ConfigMaps. Errors are the cluster's. */
export abstract class AnchorConfigMaps {
  /** Returns undefined if none has this name. */
  abstract read(signal: AbortSignal): Promise<AnchorConfigMap | undefined>;

  /** Sets entries, and keeps others; false if it has changed since `resourceVersion`. */
  abstract write(
    data: Readonly<Record<string, string>>,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<boolean>;
}
