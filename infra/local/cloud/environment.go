package cloud

import (
	"maps"
	"slices"
	"strings"
	"time"

	"customercenter/infra/local/clock"
	"customercenter/infra/local/iam"
	"customercenter/infra/local/template"
)

// environment makes the variables of functions: what the template sets, secrets resolved, and the endpoints of this
// cloud.
type environment struct {
	template    *template.Template
	secrets     secrets
	services    *services
	clock       *clock.Clock
	credentials []string
	processor   map[string]string // values that replace those of the variables with these names
}

// of is the environment of one function at the moment its process starts.
func (e environment) of(function string) []string {
	f, _ := e.template.Function(function)
	out := []string{
		"AWS_REGION=" + template.Region,
		"AWS_DEFAULT_REGION=" + template.Region,
		"AWS_ACCESS_KEY_ID=" + iam.AccessKey(function),
		"AWS_SECRET_ACCESS_KEY=local",
		"AWS_ENDPOINT_URL_DYNAMODB=" + e.services.dynamoURL,
		"AWS_ENDPOINT_URL_SES=" + e.services.sesURL,
	}
	pays := false
	for _, name := range slices.Sorted(maps.Keys(f.Environment)) {
		value, replaced := e.processor[name]
		if !replaced {
			value = e.secrets.resolve(f.Environment[name])
		}
		out = append(out, name+"="+value)
		pays = pays || strings.HasPrefix(name, processorVariables)
	}
	if pays {
		out = append(out, "STRIPE_API_BASE="+e.services.stripeURL)
	}
	if e.clock.Offset() != 0 {
		out = append(out, "CENTER_NOW="+e.clock.Now().UTC().Format(time.RFC3339Nano))
	}
	return append(out, e.credentials...)
}
