package table

import "maps"

// Bytes that one capacity unit pays for.
const (
	writeUnitBytes = 1 << 10
	readUnitBytes  = 4 << 10
)

// Units is the capacity an operation consumes on a table and on its indexes.
type Units struct {
	Table   float64
	Indexes map[string]float64
}

// Total is the sum over the table and its indexes.
func (u Units) Total() float64 {
	total := u.Table
	for _, units := range u.Indexes {
		total += units
	}
	return total
}

// Add adds other to u.
func (u *Units) Add(other Units) {
	u.Table += other.Table
	for name, units := range other.Indexes {
		u.addIndex(name, units)
	}
}

func (u *Units) addIndex(name string, units float64) {
	if units == 0 {
		return
	}
	if u.Indexes == nil {
		u.Indexes = map[string]float64{}
	}
	u.Indexes[name] += units
}

// Times returns the units multiplied, as transactions count double.
func (u Units) Times(factor float64) Units {
	product := Units{Table: u.Table * factor, Indexes: maps.Clone(u.Indexes)}
	for name := range product.Indexes {
		product.Indexes[name] *= factor
	}
	return product
}

// writeUnits is what writing so many bytes costs; nothing costs one unit too.
func writeUnits(bytes int) float64 {
	return float64(max(1, (bytes+writeUnitBytes-1)/writeUnitBytes))
}

// CheckUnits is what testing a condition on a record costs in a transaction,
// before transactions count double.
func CheckUnits(r *Record) Units { return Units{Table: writeUnits(r.size())} }

// ReadUnits is what reading so many bytes costs: half where an eventually
// consistent answer will do.
func ReadUnits(bytes int, consistent bool) float64 {
	units := float64(max(1, (bytes+readUnitBytes-1)/readUnitBytes))
	if !consistent {
		units /= 2
	}
	return units
}

// ReadUnits is what reading the record, or finding none, costs.
func (r *Record) ReadUnits(consistent bool) Units {
	return Units{Table: ReadUnits(r.size(), consistent)}
}
