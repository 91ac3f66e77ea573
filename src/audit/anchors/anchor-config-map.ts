/** A ConfigMap as far as an anchor needs it. */
export interface AnchorConfigMap {
  readonly data: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
}

/** Where the ConfigMaps of anchors are kept. Errors are those of the cluster. */
export abstract class AnchorConfigMaps {
  /** Undefined where there is none of this name. */
  abstract read(signal: AbortSignal): Promise<AnchorConfigMap | undefined>;

  /** Sets entries, and leaves others; false where it has changed since `resourceVersion`. */
  abstract write(
    data: Readonly<Record<string, string>>,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<boolean>;
}
