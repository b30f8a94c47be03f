{{- define "alliance.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "alliance.labels" -}}
app.kubernetes.io/name: alliance
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "alliance.selector" -}}
app.kubernetes.io/name: alliance
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What every pod is allowed: nothing. Restricted pod security, for jobs too. A dict: root, and pictures (or none). */}}
{{- define "alliance.pod" -}}
{{- $pictures := .pictures -}}
{{- with .root -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsGroup: 0
  fsGroup: 0
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 256Mi}
  - name: media
    {{- if and $pictures (not .Values.media.inBucket) }}
    persistentVolumeClaim:
      claimName: {{ .Values.media.existingClaim | default (printf "%s-media" (include "alliance.name" .)) }}
    {{- else }}
    emptyDir: {sizeLimit: 256Mi}
    {{- end }}
  - name: secret
    secret:
      secretName: {{ .Values.existingSecret }}
      defaultMode: 0440
      items: [{key: alliance.secret, path: alliance.secret}]
  {{- range .Values.files }}
  - name: file-{{ .name }}
    secret: {secretName: {{ .secret }}, defaultMode: 0440}
  {{- end }}
  {{- with .Values.caConfigMap }}
  - name: authorities
    configMap: {name: {{ . }}}
  {{- end }}
{{- end -}}
{{- end -}}

{{- define "alliance.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
workingDir: /tmp
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
env:
  - {name: ALLIANCE_ORIGIN, value: {{ .Values.origin | quote }}}
  - name: ALLIANCE_DATABASE
    valueFrom: {secretKeyRef: {name: {{ .Values.existingSecret }}, key: database-url}}
  - {name: ALLIANCE_SECRET_FILE, value: /etc/alliance/secret/alliance.secret}
  - {name: ALLIANCE_MEDIA, value: /data/media}
  - {name: ALLIANCE_BIND, value: "0.0.0.0:8000"}
  - {name: ALLIANCE_METRICS_BIND, value: "0.0.0.0:9464"}
  - {name: ALLIANCE_TRUSTED_PROXIES, value: {{ .Values.trustedProxies | quote }}}
  {{- if .Values.caConfigMap }}
  - {name: SSL_CERT_FILE, value: /etc/alliance/authorities/ca.pem}
  {{- end }}
  {{- range $name, $value := .Values.settings }}
  - {name: {{ $name }}, value: {{ $value | toString | quote }}}
  {{- end }}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
  - {name: media, mountPath: /data}
  - {name: secret, mountPath: /etc/alliance/secret, readOnly: true}
  {{- range .Values.files }}
  - {name: file-{{ .name }}, mountPath: /etc/alliance/{{ .name }}, readOnly: true}
  {{- end }}
  {{- if .Values.caConfigMap }}
  - {name: authorities, mountPath: /etc/alliance/authorities, readOnly: true}
  {{- end }}
{{- end -}}
