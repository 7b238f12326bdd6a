package postgres

import "canvass/dispatch/survey"

// sqlContactColumns are the columns of contactRow; the table contact is c.
const sqlContactColumns = `c.id, coalesce(c.code, '') AS code, c.name, c.title, c.sex, coalesce(c.birth, 0) AS birth, c.language, c.zone, c.hours, c.unit,
	c.unit_code, c.attributes`

// contactRow is what a contact says of the person, for the rows that hold more.
type contactRow struct {
	ID         survey.ContactID `db:"id"`
	Code       string
	Name       string
	Title      string
	Sex        string
	Birth      int
	Language   survey.Lang
	Zone       string
	Hours      survey.Hours
	Unit       string
	UnitCode   string `db:"unit_code"`
	Attributes document[map[string]string]
}

func (r contactRow) contact() survey.Contact {
	return survey.Contact{ID: r.ID, Code: r.Code, Name: survey.PersonName(r.Name), Title: r.Title, Sex: r.Sex, Birth: r.Birth,
		Language: r.Language, Zone: r.Zone, Hours: r.Hours, Unit: r.Unit, UnitCode: r.UnitCode, Attributes: r.Attributes.V}
}
