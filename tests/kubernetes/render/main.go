// Renders a Helm chart as `helm template` does, for the tests: Helm's template language (text/template with sprig and the functions
// that Helm adds) and its merging of values. It is not Helm: it knows no dependencies, hooks, library charts or .helmignore, `lookup`
// finds nothing, as in `helm template`, and the caller checks values.schema.json.
// Usage: render CHART <REQUEST >ANSWER, both in JSON. Without modules and network: GO111MODULE=off GOPATH=/usr/share/gocode go build.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

type request struct {
	Values    string // YAML, as of a file given with -f
	Release   string
	Namespace string
	Numbers   string // the type of integers in .Values: float64 or Number (by version of Helm), int64 (--set)
	Only      string // "values": merges them and renders nothing
}

type rendered struct {
	Source string `json:"source"`
	Object object `json:"object"`
}

type answer struct {
	Values  object     `json:"values"`
	Objects []rendered `json:"objects"`
	Notes   string     `json:"notes"`
}

func main() {
	var asked request
	made := answer{}
	err := json.NewDecoder(os.Stdin).Decode(&asked)
	if err == nil {
		made, err = render(os.Args[1], asked)
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(made)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func render(folder string, asked request) (answer, error) {
	made := answer{Objects: []rendered{}}
	chart, values, given := object{}, object{}, object{}
	for file, into := range map[string]*object{"Chart.yaml": &chart, "values.yaml": &values} {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err == nil {
			err = unmarshal(text, into)
		}
		if err != nil {
			return made, fmt.Errorf("%s: %w", file, err)
		}
	}
	if err := unmarshal([]byte(asked.Values), &given); err != nil {
		return made, fmt.Errorf("values: %w", err)
	}
	merge(values, given)
	made.Values = values
	if asked.Only == "values" {
		return made, nil
	}

	paths, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	if err != nil {
		return made, err
	}
	sort.Strings(paths)
	all := template.New("chart").Option("missingkey=zero")
	all.Funcs(functions(all))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil {
			_, err = all.New(filepath.Base(path)).Parse(string(text))
		}
		if err != nil {
			return made, err
		}
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "_") {
			continue
		}
		text, err := execute(all, name, object{
			"Values":       numbersAs(asked.Numbers, values),
			"Chart":        titled(chart),
			"Release":      object{"Name": asked.Release, "Namespace": asked.Namespace, "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
			"Capabilities": object{"KubeVersion": object{"Version": "v1.30.0", "Major": "1", "Minor": "30"}, "APIVersions": versions{}},
			"Files":        files(folder),
			"Template":     object{"Name": "chart/templates/" + name, "BasePath": "chart/templates"},
		})
		if err != nil {
			return made, err
		}
		if name == "NOTES.txt" {
			made.Notes = text
			continue
		}
		for _, document := range regexp.MustCompile(`(?m)^---\s*$`).Split(text, -1) {
			one := object{}
			if err := yaml.UnmarshalStrict([]byte(document), &one); err != nil { // strict: a key that comes twice is a mistake of the template
				return made, fmt.Errorf("%s: %w in\n%s", name, err, document)
			}
			if len(one) > 0 {
				made.Objects = append(made.Objects, rendered{name, one})
			}
		}
	}
	return made, nil
}

func unmarshal(text []byte, into *object) error {
	return yaml.Unmarshal(text, into, func(decoder *json.Decoder) *json.Decoder {
		decoder.UseNumber()
		return decoder
	})
}

// merge puts given values over those of the chart. A null takes a value away.
func merge(into, given object) {
	for key, value := range given {
		table, isTable := value.(object)
		under, isUnder := into[key].(object)
		switch {
		case value == nil:
			delete(into, key)
		case isTable && isUnder:
			merge(under, table)
		default:
			into[key] = value
		}
	}
}

func numbersAs(kind string, value interface{}) interface{} {
	switch is := value.(type) {
	case object:
		copied := object{}
		for key, member := range is {
			copied[key] = numbersAs(kind, member)
		}
		return copied
	case []interface{}:
		copied := make([]interface{}, len(is))
		for i, member := range is {
			copied[i] = numbersAs(kind, member)
		}
		return copied
	case json.Number:
		if kind == "Number" {
			return is
		}
		if whole, err := is.Int64(); err == nil && kind == "int64" {
			return whole
		}
		float, _ := is.Float64()
		return float
	}
	return value
}

// titled gives .Chart.Name for `name`.
func titled(chart object) object {
	made := object{}
	for key, value := range chart {
		made[strings.ToUpper(key[:1])+key[1:]] = value
	}
	return made
}

type versions struct{}

func (versions) Has(string) bool { return false }

type files string

func (folder files) Get(name string) string {
	text, err := os.ReadFile(filepath.Join(string(folder), name))
	if err != nil {
		return ""
	}
	return string(text)
}

func execute(all *template.Template, name string, data interface{}) (string, error) {
	var text bytes.Buffer
	err := all.ExecuteTemplate(&text, name, data)
	return strings.ReplaceAll(text.String(), "<no value>", ""), err
}

// functions are those of sprig, without the two that read the environment, and those of Helm.
func functions(all *template.Template) template.FuncMap {
	made := sprig.TxtFuncMap()
	delete(made, "env")
	delete(made, "expandenv")
	made["include"] = func(name string, data interface{}) (string, error) { return execute(all, name, data) }
	made["tpl"] = func(text string, data interface{}) (string, error) {
		copied, err := all.Clone()
		if err != nil {
			return "", err
		}
		copied.Funcs(functions(copied))
		if _, err := copied.New("tpl").Parse(text); err != nil {
			return "", err
		}
		return execute(copied, "tpl", data)
	}
	made["required"] = func(fault string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(fault)
		}
		return value, nil
	}
	made["fail"] = func(fault string) (string, error) { return "", errors.New(fault) }
	made["lookup"] = func(string, string, string, string) object { return object{} }
	made["toYaml"] = func(value interface{}) string {
		text, _ := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n")
	}
	made["fromYaml"] = func(text string) object {
		value := object{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	made["toJson"] = func(value interface{}) string {
		text, _ := json.Marshal(value)
		return string(text)
	}
	made["fromJson"] = func(text string) object {
		value := object{}
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	return made
}
