package instrument

// Order is in which order a page shows the choices of a question to the person of a
// seed: as they are written, or, of a Random question, by lot, the same for the same
// seed for ever. What is exclusive, the other choice and missing reasons stay where
// they are. SMS and calls keep the written order, whose figures are the answers.
func (q *Question) Order(seed uint64) []int {
	order := make([]int, len(q.Choices))
	var free []int
	for i := range order {
		order[i] = i
		if c := &q.Choices[i]; c.Missing == "" && !c.Exclusive && !c.Other {
			free = append(free, i)
		}
	}
	if !q.Drawn() {
		return order
	}
	drawn := lot(seed, q.Name).Perm(len(free))
	for i, at := range free {
		order[at] = free[drawn[i]]
	}
	return order
}

// Drawn reports whether the web shows the choices in an order drawn by lot.
func (q *Question) Drawn() bool { return q.Random && q.Type != Scale }
