package template

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// figures is the namespace of what metric filters read from the log.
const figures = "CustomerCenter"

// metric is what an alarm or the dashboard looks at.
type metric struct{ namespace, name, dimensions string }

func (m metric) String() string { return m.namespace + " " + m.name + m.dimensions }

// alarmMetrics lists what alarms look at, each with its alarm.
func alarmMetrics(t *Template) map[metric]Resource {
	all := map[metric]Resource{}
	for _, a := range t.OfType("AWS::CloudWatch::Alarm") {
		m := metric{namespace: fmt.Sprint(a.Properties["Namespace"]), name: fmt.Sprint(a.Properties["MetricName"])}
		dimensions, _ := a.Properties["Dimensions"].([]any)
		for _, d := range dimensions {
			one, _ := d.(map[string]any)
			m.dimensions += fmt.Sprintf(" %v=%v", one["Name"], one["Value"])
		}
		all[m] = a
	}
	return all
}

func checkAlarms(t *Template) (out []string) {
	for _, a := range t.OfType("AWS::CloudWatch::Alarm") {
		if actions, _ := a.Properties["AlarmActions"].([]any); len(actions) == 0 {
			out = append(out, a.LogicalID+" tells nobody")
		}
	}
	want := []metric{{"AWS/SQS", "ApproximateNumberOfMessagesVisible", " QueueName=DeadLetters"}, {"AWS/ApiGateway", "5xx", " ApiId=Api"},
		{"AWS/Lambda", "IteratorAge", " FunctionName=deliver-mail"}, {"AWS/Lambda", "Throttles", ""},
		{"AWS/SES", "Reputation.BounceRate", " ses:configuration-set=MailEvents"}, {"AWS/SES", "Reputation.ComplaintRate", " ses:configuration-set=MailEvents"},
		{figures, "PaymentsOverdueSeconds", ""}, {figures, "ReconciledDifferences", ""}, {figures, "PaymentsNeedOperator", ""}}
	for _, f := range t.Functions {
		if len(f.Routes) == 0 {
			want = append(want, metric{"AWS/Lambda", "Errors", " FunctionName=" + f.Name})
		}
	}
	seen := alarmMetrics(t)
	for _, w := range want {
		if _, ok := seen[w]; !ok {
			out = append(out, "no alarm on "+w.String())
		}
	}
	return out
}

// checkSilence wants an alarm that no call at all sets off, of the schedules
// that money and reminders wait for.
func checkSilence(t *Template) (out []string) {
	seen := alarmMetrics(t)
	for _, name := range []string{"settle-payments", "plan-reminders"} {
		a := seen[metric{"AWS/Lambda", "Invocations", " FunctionName=" + name}]
		if a.Properties["TreatMissingData"] != "breaching" || a.Properties["ComparisonOperator"] != "LessThanThreshold" {
			out = append(out, name+" may stand still unseen")
		}
	}
	return out
}

var (
	field   = regexp.MustCompile(`\$\.([a-zA-Z]+)`)
	message = regexp.MustCompile(`\$\.msg = "([^"]+)"`)
	physics = regexp.MustCompile(`\$\.function = "\*([A-Za-z]+)\*"`)
)

// checkFigures holds metric filters against what is logged, and alarms against
// metric filters: a name that one of them spells otherwise is never measured.
func checkFigures(t *Template) (out []string) {
	measured := map[string]bool{}
	for _, f := range t.OfType("AWS::Logs::MetricFilter") {
		pattern := fmt.Sprint(f.Properties["FilterPattern"])
		transformations, _ := f.Properties["MetricTransformations"].([]any)
		for _, tr := range transformations {
			one, _ := tr.(map[string]any)
			measured[fmt.Sprint(one["MetricName"])] = one["MetricNamespace"] == figures
			if value := fmt.Sprint(one["MetricValue"]); strings.HasPrefix(value, "$") && !strings.Contains(pattern, value) {
				out = append(out, f.LogicalID+" takes its value from lines that have none")
			}
		}
		for _, text := range spelled(pattern) {
			if !logged(t, pattern, text) {
				out = append(out, fmt.Sprintf("%s: nobody logs %q", f.LogicalID, text))
			}
		}
	}
	for m, a := range alarmMetrics(t) {
		if m.namespace == figures && !measured[m.name] {
			out = append(out, a.LogicalID+": nothing measures "+m.name)
		}
	}
	return out
}

// spelled are the names and messages of a pattern that code must spell the same.
func spelled(pattern string) (texts []string) {
	for _, m := range field.FindAllStringSubmatch(pattern, -1) {
		if m[1] != "function" && m[1] != "msg" {
			texts = append(texts, m[1])
		}
	}
	for _, m := range message.FindAllStringSubmatch(pattern, -1) {
		texts = append(texts, m[1])
	}
	return texts
}

// logged says whether the function that a pattern names, or a room that
// functions share, spells the text in its code.
func logged(t *Template, pattern, text string) bool {
	folders := "../../../shared/*/*.go"
	if m := physics.FindStringSubmatch(pattern); m != nil {
		folders = "../../../functions/" + kebab(t, m[1]) + "/*.go"
	}
	files, err := filepath.Glob(folders)
	return err == nil && slices.ContainsFunc(files, func(name string) bool {
		src, err := os.ReadFile(name)
		return err == nil && !strings.HasSuffix(name, "_test.go") && strings.Contains(string(src), `"`+text+`"`)
	})
}

// kebab is the function whose deployed name has the text in it.
func kebab(t *Template, text string) string {
	for _, f := range t.Functions {
		if strings.Contains(f.LogicalID, text) {
			return f.Name
		}
	}
	return "none"
}

// checkDashboard reads the dashboard as CloudWatch does: dots repeat what
// stands above. Whatever an alarm looks at can be seen there.
func checkDashboard(t *Template) (out []string) {
	shown := map[string]bool{}
	for _, d := range t.OfType("AWS::CloudWatch::Dashboard") {
		var body struct {
			Widgets []struct {
				Properties struct {
					Title, Region string
					Metrics       [][]any
				}
			}
		}
		if err := json.Unmarshal([]byte(fmt.Sprint(d.Properties["DashboardBody"])), &body); err != nil {
			out = append(out, d.LogicalID+": "+err.Error())
			continue
		}
		for _, w := range body.Widgets {
			if w.Properties.Title == "" || w.Properties.Region == "" || len(w.Properties.Metrics) == 0 {
				out = append(out, fmt.Sprintf("%s: the widget %q shows nothing", d.LogicalID, w.Properties.Title))
			}
			var above []string
			for _, row := range w.Properties.Metrics {
				above = repeated(row, above)
				shown[above[0]+" "+above[1]] = true
			}
		}
	}
	for m, a := range alarmMetrics(t) {
		if silent := m.name == "Invocations" || m.name == "Throttles"; !silent && !shown[m.namespace+" "+m.name] {
			out = append(out, a.LogicalID+": its figure is on no dashboard")
		}
	}
	return out
}

// repeated is a row of metrics with its dots replaced by what stands above:
// one dot by one word, three by all that the row does not say itself.
func repeated(row []any, above []string) (full []string) {
	var said []string
	for _, cell := range row {
		if text, ok := cell.(string); ok { // the rest says how it is drawn
			said = append(said, text)
		}
	}
	if len(said) > 0 && said[0] == "..." {
		said = append(slices.Clone(above[:max(0, len(above)-len(said)+1)]), said[1:]...)
	}
	for i, text := range said {
		if text == "." && i < len(above) {
			text = above[i]
		}
		full = append(full, text)
	}
	return append(full, make([]string, max(0, 2-len(full)))...)
}

var runbook = regexp.MustCompile(`Runbook "([^"]+)"\.$`)

// checkRunbooks wants each alarm to say where its reader goes on.
func checkRunbooks(t *Template) (out []string) {
	operations, err := os.ReadFile("../../../docs/operations.md")
	if err != nil {
		return []string{err.Error()}
	}
	for _, a := range t.OfType("AWS::CloudWatch::Alarm") {
		m := runbook.FindStringSubmatch(fmt.Sprint(a.Properties["AlarmDescription"]))
		if m == nil || !strings.Contains(string(operations), "\n### "+m[1]+"\n") {
			out = append(out, a.LogicalID+": its runbook is not written")
		}
	}
	return out
}
