package template

import (
	"encoding/json"
	"fmt"
)

// throttleRoutes gives each route its own throttle, or else the API's default.
func (t *Template) throttleRoutes() error {
	for _, r := range t.OfType(TypeHTTPAPI) {
		type limits struct {
			ThrottlingRateLimit  float64
			ThrottlingBurstLimit int
		}
		var p struct {
			DisableExecuteApiEndpoint bool
			DefaultRouteSettings      limits
			RouteSettings             map[string]limits
		}
		if err := convert(r.Properties, &p, false); err != nil {
			return fmt.Errorf("%s: %w", r.LogicalID, err)
		}
		t.API.DefaultEndpointOff = p.DisableExecuteApiEndpoint
		t.API.Throttle = Throttle{p.DefaultRouteSettings.ThrottlingRateLimit, p.DefaultRouteSettings.ThrottlingBurstLimit}
		for i, route := range t.API.Routes {
			t.API.Routes[i].Throttle = t.API.Throttle
			if own, ok := p.RouteSettings[route.Key()]; ok {
				t.API.Routes[i].Throttle = Throttle{own.ThrottlingRateLimit, own.ThrottlingBurstLimit}
				delete(p.RouteSettings, route.Key())
			}
		}
		for key := range p.RouteSettings {
			return fmt.Errorf("%s: RouteSettings name a route that does not exist: %s", r.LogicalID, key)
		}
	}
	return nil
}

// readTable keeps of a table what its CreateTable request takes; recovery and protection have no local meaning.
func readTable(r Resource) (Table, error) {
	request := map[string]any{}
	for _, name := range []string{"TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"} {
		if v, ok := r.Properties[name]; ok {
			request[name] = v
		}
	}
	name, ok := request["TableName"].(string)
	if !ok {
		return Table{}, fmt.Errorf("a table without TableName")
	}
	if s, ok := r.Properties["StreamSpecification"].(map[string]any); ok {
		request["StreamSpecification"] = map[string]any{"StreamEnabled": true, "StreamViewType": s["StreamViewType"]}
	}
	body, err := json.Marshal(request)
	if err != nil {
		return Table{}, err
	}
	var ttl struct {
		TimeToLiveSpecification struct{ AttributeName string }
	}
	err = convert(r.Properties, &ttl, false)
	return Table{Name: name, CreateTable: body, TTLAttribute: ttl.TimeToLiveSpecification.AttributeName}, err
}

func readSecret(r Resource) (Secret, error) {
	var p struct {
		GenerateSecretString struct {
			SecretStringTemplate string
			GenerateStringKey    string
			PasswordLength       int
		}
	}
	if err := convert(r.Properties, &p, false); err != nil {
		return Secret{}, err
	}
	g := p.GenerateSecretString
	if g.GenerateStringKey == "" || g.PasswordLength < 1 {
		return Secret{}, fmt.Errorf("only secrets generated into a JSON key are played")
	}
	return Secret{LogicalID: r.LogicalID, Template: g.SecretStringTemplate, Key: g.GenerateStringKey, Length: g.PasswordLength}, nil
}

// readMailEvents reads where the events of a configuration set go; one that is
// switched off goes nowhere.
func readMailEvents(r Resource) ([]MailEvents, error) {
	var p struct {
		ConfigurationSetName string
		EventDestination     struct {
			Name               string
			Enabled            bool
			MatchingEventTypes []string
			SnsDestination     struct{ TopicARN string }
		}
	}
	if err := convert(r.Properties, &p, true); err != nil {
		return nil, err
	}
	d := p.EventDestination
	if d.SnsDestination.TopicARN == "" || len(d.MatchingEventTypes) == 0 {
		return nil, fmt.Errorf("only events that go to an SNS topic are played")
	}
	if !d.Enabled {
		return nil, nil
	}
	return []MailEvents{{p.ConfigurationSetName, d.SnsDestination.TopicARN, d.MatchingEventTypes}}, nil
}
