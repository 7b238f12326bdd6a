package postgres_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"canvass/dispatch/postgres"
	"canvass/dispatch/postgres/pgtest"
	"canvass/dispatch/survey"
	"canvass/dispatch/survey/view"
)

// fragments are consts that are parts of statements; those that hold them are
// prepared.
var fragments = []string{"sqlMatterFree", "sqlOpenColumns", "sqlOpenJoins", "sqlActColumns", "sqlMatterColumns", "sqlVeiled", "sqlMatterWords", "sqlErasureAsked", "sqlStaffColumns", "sqlAPITokenColumns", "sqlFreezeUnits", "sqlFreezeFrom", "sqlFreezeInto", "sqlExcludedFrom", "sqlIsSuppressed", "sqlIsResting", "sqlInTurn", "sqlIsBarred", "sqlHasConsent", "sqlMoving", "sqlFilesOfCase", "sqlImagineUnits", "sqlImagineInto", "sqlPersonForeseen", "sqlWaveColumns", "sqlContactState", "sqlMergedFields", "sqlAddressStates", "sqlContactColumns", "sqlWordsOf", "sqlConsented", "sqlSharedLive", "sqlFactColumns",
	"sqlOldArrival", "sqlArrivalInField", "sqlArrivalWaits", "sqlOfTexts", "sqlOfForms", "sqlArrivalStays", "sqlOldNotice", "sqlNoticeStays",
	"sqlOldUpload", "sqlUploadColumns", "sqlFocalColumns", "sqlFocalChangeColumns", "sqlUnitContactColumns", "sqlImportColumns", "sqlOldTalk", "sqlOldNote", "sqlOldRecording", "sqlOldLink", "sqlCustodySpan", "sqlLinkStays",
	"sqlWhyWaiting", "sqlBehindCase", "sqlBehindColumns", "sqlBehindOrder", "sqlPageStretch", "sqlPageColumns", "sqlArrivalKept", "sqlFoundUncoded",
	"sqlCoverageUnits", "sqlCoverageList", "sqlCoverageFrame", "sqlCoverage"}

// statements are the consts of the package whose name begins with sql.
func statements(t *testing.T) map[string]string {
	t.Helper()
	exprs := map[string]ast.Expr{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				if strings.HasPrefix(v.Names[0].Name, "sql") {
					exprs[v.Names[0].Name] = v.Values[0]
				}
			}
		}
	}
	out := map[string]string{}
	for name, e := range exprs {
		out[name] = text(t, e, exprs)
	}
	return out
}

// text is the value of a constant expression: literals, other consts, and +.
func text(t *testing.T, e ast.Expr, consts map[string]ast.Expr) string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		if err != nil {
			t.Fatal(err)
		}
		return s
	case *ast.Ident:
		return text(t, consts[e.Name], consts)
	case *ast.BinaryExpr:
		return text(t, e.X, consts) + text(t, e.Y, consts)
	}
	t.Fatalf("a const of SQL is made of %T", e)
	return ""
}

func TestEveryStatementPrepares(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	all := statements(t)
	if len(all) < 60 {
		t.Fatalf("only %d statements were found", len(all))
	}
	for name, query := range all {
		if slices.Contains(fragments, name) {
			continue
		}
		stmt, err := db.SQL().PrepareContext(t.Context(), query)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := stmt.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestResultsAndStatusNeverLookAtWhoAnswered(t *testing.T) {
	t.Parallel()
	all := statements(t)
	for _, name := range []string{"sqlCaseCounts", "sqlResponses", "sqlCountResponses", "sqlCountStrata", "sqlSubmitted",
		"sqlSentAfterSubmit", "sqlReweighResponses",
		"sqlBehindCases", "sqlBehindAttempts", "sqlBehindNotices", "sqlBehindArrivals",
		"sqlPageCases", "sqlPageAttempts", "sqlPageNotices", "sqlPageArrivals", "sqlFieldDays", "sqlSealedDays"} {
		if all[name] == "" || strings.Contains(all[name], "link") {
			t.Errorf("%s joins answers to people, or is gone", name)
		}
	}
}

func TestEveryBuiltQueryPrepares(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	fields := []string{"code", "unit", "unit_code", "language", "sex", "birth", "has_email", "has_mobile", "cum"}
	ops := []survey.ConditionOp{survey.OpEq, survey.OpIn, survey.OpLess, survey.OpMost, survey.OpMore, survey.OpLeast, survey.OpPresent}
	for _, f := range fields {
		var c survey.Condition
		for _, op := range ops {
			c.Op = survey.OpAnd
			c.Of = append(c.Of, survey.Condition{Op: op, Field: f, Values: []string{"1"}})
		}
		freeze, _ := postgres.FreezeQuery(view.Freeze{Eligibility: c, Strata: []string{f, "language"}})
		rested, _ := postgres.FreezeQuery(view.Freeze{Eligibility: c, Strata: []string{f}, Rest: time.Hour, Now: pgtest.Day()})
		excluded, _ := postgres.ExcludedQuery(c)
		list, _ := postgres.ListQuery(view.ContactFilter{Condition: c})
		for _, query := range []string{freeze, rested, excluded, list} {
			stmt, err := db.SQL().PrepareContext(t.Context(), query)
			if err != nil {
				t.Fatalf("%s: %v\n%s", f, err, query)
			}
			if err := stmt.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

var quoted = regexp.MustCompile(`'([a-z0-9_.]+)'::text`)

// allowed are the words that the CHECK constraint of a column permits.
func allowed(t *testing.T, db *pgtest.DB, table, column string) []string {
	t.Helper()
	def := db.Text(`
		SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = $2
		WHERE c.conrelid = $1::regclass AND c.contype = 'c' AND c.conkey = ARRAY[a.attnum] AND pg_get_constraintdef(c.oid) LIKE '%= ANY%'`,
		table, column)
	var out []string
	for _, m := range quoted.FindAllStringSubmatch(def, -1) {
		out = append(out, m[1])
	}
	return out
}

func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func TestChecksRepeatTheTablesOfSurvey(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	attempt := words(survey.AttemptMachine().States)
	channels, modes := words(survey.Channels()), words(survey.Modes())
	purposes := []string{string(survey.PurposeSurvey), string(survey.PurposeDutyReport)}
	for column, want := range map[string][]string{
		"campaign.state":           words(survey.CampaignMachine().States),
		"campaign.purpose":         purposes,
		"campaign.listed":          words([]survey.Eligibility{survey.EligibilityKnown, survey.EligibilityAssumed, survey.EligibilityUnknown}),
		"campaign.confidentiality": words([]survey.Confidentiality{survey.Identified, survey.Confidential, survey.Anonymous}),
		"replicate.state":          words(survey.ReplicateMachine().States),
		"invitation.state":         words(survey.InvitationMachine().States),
		"invitation.disposition":   words(survey.Dispositions()),
		"attempt.state":            attempt,
		"notice.state":             attempt,
		"response.state":           words(survey.ResponseMachine().States),
		"sender_health.state":      words(survey.HealthMachine().States),
		"attempt.channel":          channels,
		"chunk.channel":            channels,
		"sender.channel":           channels,
		"consent.channel":          channels,
		"suppression.channel":      channels,
		"consent.purpose":          purposes,
		"series.state":             words(survey.SeriesMachine().States),
		"wave.state":               words(survey.WaveMachine().States),
		"wave.start":               words([]survey.WaveStart{survey.StartLaunch, survey.StartAsk}),
		"proposal.state":           words(survey.ProposalStates()),
		"matter.state":             words(survey.MatterMachine().States),
		"matter.kind":              words(survey.MatterKinds()),
		"response.mode":            modes,
		"answer_item.mode":         modes,
		"contact.hours":            words(survey.AllHours()),
		"contact.hours_source":     {survey.HoursFromWeb, survey.HoursFromStaff},
		"endpoint.kind":            words([]survey.EndpointKind{survey.EmailAddress, survey.PhoneNumber}),
		"endpoint.status":          words([]survey.EndpointStatus{survey.EndpointUnverified, survey.EndpointOK, survey.EndpointDead}),
		"suppression.scope":        words([]survey.SuppressionScope{survey.SuppressCampaign, survey.SuppressAll}),
		"answer_item.missing": words([]survey.Missing{survey.MissingDontKnow, survey.MissingRefused, survey.MissingSkipped,
			survey.MissingNotApplicable, survey.MissingNotReached}),
	} {
		table, name, _ := strings.Cut(column, ".")
		got := allowed(t, db, table, name)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("CHECK of %s: %v, survey has %v", column, got, want)
		}
	}
}
