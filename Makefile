# placeholder until the build lands
