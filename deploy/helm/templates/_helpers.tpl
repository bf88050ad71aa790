{{- define "chat.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 55 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 55 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 55 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "chat.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "chat.labels" -}}
{{ include "chat.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "chat.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "chat.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- /* The variable of a setting: messages-per-second → CHAT_MESSAGES_PER_SECOND. */}}
{{- define "chat.variable" -}}
CHAT_{{ . | upper | replace "-" "_" }}
{{- end }}

{{- /* A value as chatd reads it. YAML takes `on` and `off` for booleans, and Helm prints a million as 1e+06. */}}
{{- define "chat.text" -}}
{{- if kindIs "bool" . }}{{ ternary "on" "off" . }}
{{- else if kindIs "slice" . }}{{ join "," . }}
{{- else if kindIs "float64" . }}{{ int64 . }}
{{- else }}{{ . }}{{ end }}
{{- end }}

{{- /* Above preStop, the drain, and 4 s for close frames and the registry. */}}
{{- define "chat.graceSeconds" -}}
{{- $drain := 10 }}
{{- if hasKey .Values.settings "drain-seconds" }}{{ $drain = int (index .Values.settings "drain-seconds") }}{{ end }}
{{- add (int .Values.preStopSeconds) $drain 25 }}
{{- end }}

{{- /* Files of the ConfigMap in JSON: name → text. */}}
{{- define "chat.files" -}}
{{- $texts := dict }}
{{- range $name, $content := .Values.files }}
{{- $_ := set $texts $name (kindIs "string" $content | ternary $content (toJson $content)) }}
{{- end }}
{{- toJson $texts }}
{{- end }}

{{- /* Paths that are not for the world. */}}
{{- define "chat.hiddenPaths" -}}
/metrics /open /node
{{- end }}

{{- define "chat.hasApi" -}}
{{- if hasKey .Values.secretFiles "api-keys" }}yes{{ end }}
{{- end }}
