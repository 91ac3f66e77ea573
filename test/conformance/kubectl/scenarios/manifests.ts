/** A custom resource with a schema, columns and a status. */
export const rotationDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: turns.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: turns, singular: turn, kind: Turn, shortNames: [tn] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      additionalPrinterColumns:
        - { name: Hours, type: integer, jsonPath: .spec.hours }
        - { name: Phase, type: string, jsonPath: .status.phase, priority: 1 }
        - { name: Age, type: date, jsonPath: .metadata.creationTimestamp }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [hours]
              properties:
                hours: { type: integer, minimum: 1, description: How long it takes. }
                hosts: { type: array, items: { type: string } }
            status:
              type: object
              properties: { phase: { type: string } }
`;

/** An object of the custom resource. */
export function rotation(name: string, hours: number): string {
  return `
apiVersion: example.com/v1
kind: Turn
metadata: { name: ${name} }
spec:
  hours: ${hours}
`;
}

/** A Deployment that leaves nothing to defaults. */
export const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: { app: web }
  annotations: { owner: team }
spec:
  progressDeadlineSeconds: 600
  replicas: 2
  revisionHistoryLimit: 10
  selector: { matchLabels: { app: web } }
  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 25%, maxUnavailable: 25% } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.example.com/web:1.0
          imagePullPolicy: IfNotPresent
          ports: [{ containerPort: 8080, protocol: TCP }]
          env:
            - name: PASSWORD
              valueFrom: { secretKeyRef: { name: db, key: password } }
          resources: { limits: { memory: 64Mi } , requests: { memory: 64Mi } }
          terminationMessagePath: /dev/termination-log
          terminationMessagePolicy: File
          volumeMounts: [{ name: keys, mountPath: /keys, readOnly: true }]
      dnsPolicy: ClusterFirst
      restartPolicy: Always
      schedulerName: default-scheduler
      securityContext: {}
      terminationGracePeriodSeconds: 30
      volumes: [{ name: keys, secret: { secretName: keys, defaultMode: 420 } }]
`;
